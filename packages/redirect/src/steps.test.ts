import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce, eachInSteps, mapInSteps, type Steps } from './steps.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/** Number of pieces of the work, and its result. */
function piecesOf<T>(steps: Steps<T>): readonly [pieces: number, result: T] {
  for (let pieces = 1; ; pieces++) {
    const { done, value } = steps.next();
    if (done === true) return [pieces, value];
  }
}

test('processes a list in pieces of 500 entries, in order', () => {
  for (const [count, pieces] of [
    [0, 1],
    [500, 1],
    [501, 2],
    [1000, 2],
    [1001, 3],
  ]) {
    const doubled = numbers(count).map((number) => number * 2);
    const steps = mapInSteps(numbers(count), (number, at) => number + at);
    assert.deepEqual(piecesOf(steps), [pieces, doubled]);
  }
});

test('no piece has more than 500 entries', () => {
  let done = 0;
  let most = 0;
  const steps = eachInSteps(numbers(1700), () => done++);
  for (let before = 0; steps.next().done !== true; before = done)
    most = Math.max(most, done - before);
  assert.equal(most, 500);
  assert.equal(done, 1700);
});

test('all pieces can run without a pause', () => {
  assert.equal(atOnce(mapInSteps(numbers(1700), (number) => number)).length, 1700);
});
