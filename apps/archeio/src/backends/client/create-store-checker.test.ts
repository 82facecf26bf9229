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

// nodejs/node#62503: a look-up that is not answered occupies one of the few threads that there are for all stores.
test('64 checks at once of a store whose name is not answered cost one look-up, and other names are asked for', async () => {
  await using store = await httpStore((_, response) => response.writeHead(404).end());
  const { port } = new URL(store.origin);
  const asked: string[] = [];
  const checker = createStoreChecker({
    timeout: 30_000,
    proxyEnv: {},
    userAgent: 'archeio/test',
    lookup(name, _options, done) {
      asked.push(name);
      if (name === 'good.test') done(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  const silent = Array.from({ length: 64 }, (_, index) =>
    checker.check(`http://silent.test:${port}/${index}`, 'head'),
  );
  const answer = await checker.check(`http://good.test:${port}/`, 'head');
  assert.deepEqual(answer, { kind: 'status', status: 404, size: -1 });
  assert.deepEqual(asked, ['silent.test', 'good.test']);
  checker.close();
  await Promise.all(silent);
});
