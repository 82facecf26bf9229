import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import fc from 'fast-check';
import { BoundedQueue } from './bounded-queue.ts';

/** A queue whose turns and work a test ends. */
function heldQueue(concurrency: number, waiting: number) {
  const turns: (() => void)[] = [];
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const queue = new BoundedQueue<number>({
    concurrency,
    waiting,
    work: (item) => {
      began.push(item);
      return new Promise((resolve) => ends.push(resolve));
    },
    later: (callback) => turns.push(callback),
  });
  return { queue, turns, began, ends };
}

test('works in order, within both limits, and never in the call that offers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.constantFrom('offer', 'turn', 'end'), { maxLength: 60 }),
      async (concurrency, waiting, steps) => {
        const { queue, turns, began, ends } = heldQueue(concurrency, waiting);
        const accepted: number[] = [];
        let ended = 0;
        for (const [at, step] of steps.entries()) {
          const before = began.length;
          if (step === 'offer') {
            const isRoom = accepted.length - ended < concurrency + waiting;
            assert.equal(queue.offer(at), isRoom);
            if (isRoom) accepted.push(at);
            assert.equal(began.length, before);
          } else if (step === 'turn') turns.shift()?.();
          else if (ends.length > 0) {
            ends.shift()!();
            ended++;
            await settlePromises();
            assert.equal(began.length, before);
          }
          assert.ok(began.length - ended <= concurrency);
          assert.deepEqual(began, accepted.slice(0, began.length));
        }
        while (began.length < accepted.length || ends.length > 0) {
          turns.shift()?.();
          ends.shift()?.();
          await settlePromises();
        }
        assert.deepEqual(began, accepted);
      },
    ),
    { numRuns: 50 },
  );
});

test('forgets what waits', async () => {
  const { queue, turns, began, ends } = heldQueue(1, 2);
  for (const item of [1, 2, 3]) assert.ok(queue.offer(item));
  queue.clear();
  turns.shift()?.();
  ends.shift()?.();
  await settlePromises();
  assert.deepEqual([began, turns.length], [[1], 0]);
  assert.ok(queue.offer(4));
});

test('works in a later turn of the event loop', async () => {
  let done = false;
  const queue = new BoundedQueue<number>({
    concurrency: 1,
    waiting: 0,
    work: () => {
      done = true;
      return Promise.resolve();
    },
  });
  assert.ok(queue.offer(1));
  await settlePromises();
  assert.equal(done, false);
  await nextTurn();
  assert.equal(done, true);
});
