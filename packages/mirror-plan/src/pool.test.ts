import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachAtMost } from './pool.ts';

test('runs every item once, in order, within the limit', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await forEachAtMost(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  });
  assert.deepEqual(begun, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(most, 3);
});

test('rejects with the first failure', async () => {
  await assert.rejects(
    forEachAtMost(2, [1, 2, 3], (item) => Promise.reject(new Error(`failed at ${item}`))),
    { message: 'failed at 1' },
  );
});
