import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { metrics, sumOf, until } from '../processes/several-processes.ts';
import { digest, pull } from '../serving/configurations.ts';
import { type RedisServer, startRedis, WITHOUT_REDIS } from './redis-server.ts';
import { headsOf, isConnected, sharing, startReplicas } from './replicas.ts';

interface PartOfStatus {
  readonly presence: { readonly shared: { readonly connected: number } | null };
}

async function statusOf({ adminPort }: { readonly adminPort: number }): Promise<PartOfStatus> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/api/status`);
  return (await answer.json()) as PartOfStatus;
}

/** The number of clients of a Redis, the test's own included. */
async function connectionsOf({ client }: RedisServer): Promise<number> {
  return Number(/^connected_clients:(\d+)/m.exec(await client.info('clients'))?.[1]);
}

for (const runtime of RUNTIMES) {
  describe(`presence shared through Redis: ${runtime}`, { skip: WITHOUT_REDIS }, () => {
    test('what one instance has learnt, another answers without asking the store', async () => {
      await using redis = await startRedis();
      await using store = await startStore();
      store.put(digest(1), Buffer.from('blob'));
      await using replicas = await startReplicas(runtime, 2, sharing(store.url, redis.url));
      const [one, other] = replicas.all;
      const location = `${store.url}/${digest(1)}`;
      assert.equal((await pull(one.port, 1)).location, location);
      const absent = (await pull(one.port, 2)).location;
      assert.equal(headsOf(store), 2);
      assert.equal((await pull(other.port, 1)).location, location);
      assert.equal((await pull(other.port, 2)).location, absent);
      assert.equal(headsOf(store), 2);
    });

    test(
      'each process of an instance shares, and what it found survives all instances',
      { timeout: 60_000 },
      async () => {
        await using redis = await startRedis();
        await using store = await startStore();
        store.put(digest(1), Buffer.from('blob'));
        const source = {
          ...sharing(store.url, redis.url),
          listen: { host: '127.0.0.1', port: 0, processes: 2 },
        };
        for (let start = 0; start < 2; start++) {
          await using replicas = await startReplicas(runtime, 1, source);
          const [one] = replicas.all;
          assert.equal(
            sumOf(await metrics(one), 'archeio_presence_shared_processes'),
            2,
            'both processes are connected',
          );
          assert.equal((await pull(one.port, 1)).location, `${store.url}/${digest(1)}`);
          assert.equal(headsOf(store), 1);
          const { presence } = await statusOf(one);
          assert.deepEqual(presence.shared?.connected, 2);
          one.signal('SIGTERM');
          assert.deepEqual(await one.ended, { code: 0, signal: null });
        }
      },
    );

    test(
      'explaining a request writes nothing, and says what others have learnt',
      { timeout: 60_000 },
      async () => {
        await using redis = await startRedis();
        await using store = await startStore();
        store.put(digest(1), Buffer.from('blob'));
        store.put(digest(2), Buffer.from('blob'));
        await using replicas = await startReplicas(runtime, 2, sharing(store.url, redis.url));
        const [one, other] = replicas.all;
        const explain = async (number: number): Promise<unknown> => {
          const path = `/v2/pause/blobs/${digest(number)}`;
          const query = `path=${encodeURIComponent(path)}&ip=192.0.2.1`;
          const answer = await fetch(`http://127.0.0.1:${one.adminPort}/api/explain?${query}`);
          return ((await answer.json()) as { candidates: { presence: unknown }[] }).candidates[0]
            .presence;
        };
        assert.equal(await explain(1), 'present');
        assert.equal(await redis.client.dbsize(), 0);
        await pull(other.port, 2);
        const asked = headsOf(store);
        assert.equal(await explain(2), 'present');
        assert.equal(headsOf(store), asked);
      },
    );

    test(
      'configurations with different keys for a store share nothing',
      { timeout: 60_000 },
      async () => {
        await using redis = await startRedis();
        await using store = await startStore();
        store.put(digest(1), Buffer.from('blob'));
        const old = sharing(store.url, redis.url);
        const stores = [{ name: 'store', url: store.url, key: 'new/{digest}', default: true }];
        await using before = await startReplicas(runtime, 1, old);
        await using rolledOut = await startReplicas(runtime, 1, { ...old, stores });
        assert.equal((await pull(before.all[0].port, 1)).location, `${store.url}/${digest(1)}`);
        assert.match((await pull(rolledOut.all[0].port, 1)).location ?? '', /^https:\/\/upstream/);
        assert.equal(await redis.client.dbsize(), 2);
      },
    );

    test('a reload begins and ends sharing', { timeout: 60_000 }, async () => {
      await using redis = await startRedis();
      await using store = await startStore();
      const shared = sharing(store.url, redis.url);
      await using replicas = await startReplicas(runtime, 1, shared);
      const [one] = replicas.all;
      one.configure({ ...shared, presence: {} });
      one.signal('SIGHUP');
      await until('it is disconnected', async () => (await connectionsOf(redis)) === 1);
      assert.equal((await statusOf(one)).presence.shared, null);
      await pull(one.port, 1);
      assert.equal(await redis.client.dbsize(), 0);
      one.configure(shared);
      one.signal('SIGHUP');
      await until('it is connected', () => isConnected(one));
      await pull(one.port, 2);
      await until('what it found is shared', async () => (await redis.client.dbsize()) === 1);
    });
  });
}
