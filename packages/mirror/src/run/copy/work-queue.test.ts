import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkQueue } from './work-queue.ts';

test('does some work at once, in order, and is done when all of it is', async () => {
  const queue = new WorkQueue(2);
  const begun: number[] = [];
  let running = 0;
  for (let number = 0; number < 5; number++)
    queue.add(async () => {
      begun.push(number);
      assert.ok(++running <= 2);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
  assert.deepEqual(begun, [0, 1]);
  await queue.done();
  assert.deepEqual([begun, running], [[0, 1, 2, 3, 4], 0]);
  await queue.done();
});
