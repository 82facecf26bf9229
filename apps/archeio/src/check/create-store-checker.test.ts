import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@archeio/presence';
import { createStoreChecker } from './create-store-checker.ts';
import { httpStore } from './testing/fake-store.ts';

test('the time-out runs on the clock that is handed in', async () => {
  const asked: number[] = [];
  const clock: Clock = {
    now: () => 0,
    after(milliseconds) {
      asked.push(milliseconds);
      return () => {};
    },
  };
  await using store = await httpStore((_request, response) => response.end());
  const checker = createStoreChecker({ timeout: 1234, userAgent: 'archeio/test', clock });
  assert.equal((await checker.check(store.origin, 'head')).kind, 'status');
  assert.deepEqual(asked, [1234]);
  checker.close();
});
