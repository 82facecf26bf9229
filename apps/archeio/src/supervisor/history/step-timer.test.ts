import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { StepTimer } from './step-timer.ts';

const START = 1_700_000_003_000;

/** A timer, on a wall clock that a test can set. */
function timed() {
  const clock = new ManualClock();
  const wall = { offset: START, wait: Promise.resolve() };
  const taken: (readonly [end: number, isWhole: boolean])[] = [];
  const timer = new StepTimer({
    clock,
    wallClock: () => clock.now() + wall.offset,
    take: (endMs, isWhole) => {
      taken.push([endMs - START, isWhole]);
      return wall.wait;
    },
  });
  return { clock, wall, taken, timer };
}

test('steps end at multiples of ten seconds', async () => {
  const { clock, taken, timer } = timed();
  await clock.advance(27_000);
  assert.deepEqual(taken, [
    [7000, true],
    [17_000, true],
    [27_000, true],
  ]);
  timer.stop();
  assert.equal(clock.timers, 0);
});

test('a step after a frozen time is not whole, and the next one is', async () => {
  const { clock, taken } = timed();
  await clock.advance(7000);
  await clock.thawAfter(31_000);
  await clock.advance(9000);
  assert.deepEqual(taken, [
    [7000, true],
    [37_000, false],
    [47_000, true],
  ]);
});

test('a clock that is set back by less than a step delays the step, by more makes it not whole', async () => {
  const { clock, wall, taken } = timed();
  await clock.advance(7000);
  wall.offset -= 3000;
  await clock.advance(10_000);
  assert.deepEqual(taken, [[7000, true]]);
  await clock.advance(3000);
  assert.deepEqual(taken.at(-1), [17_000, true]);
  wall.offset -= 60_000;
  await clock.advance(10_000);
  assert.deepEqual(taken.at(-1), [-33_000, false]);
  await clock.advance(10_000);
  assert.deepEqual(taken.at(-1), [-23_000, true]);
});

test('a step waits for the previous one, and none follows a stop', async () => {
  const { clock, wall, taken, timer } = timed();
  const { promise, resolve } = Promise.withResolvers<void>();
  wall.wait = promise;
  await clock.advance(40_000);
  assert.equal(taken.length, 1);
  timer.stop();
  resolve();
  await settlePromises();
  assert.equal(clock.timers, 0);
});
