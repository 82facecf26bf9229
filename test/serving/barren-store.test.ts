import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Status } from '../../apps/archeio/src/ipc/status.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { until } from '../parts/log-waits.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, withStore } from './configurations.ts';

for (const runtime of RUNTIMES) {
  describe(`a store with a typo in its key layout: ${runtime}`, () => {
    test('the log, the status and a metric report it until a blob is found', async () => {
      await using store = await startStore();
      await using upstream = await startStore();
      upstream.behave((_request, response) =>
        response.writeHead(307, { location: 'https://blobs.example/' }).end(),
      );
      const source = withStore(store.url);
      await using archeio = await startWith(runtime, {
        ...source,
        registries: [{ name: 'k8s', upstreams: [{ name: 'upstream', url: upstream.url }] }],
      });
      const told = (event: string) => archeio.log.filter((line) => line.event === event);
      for (let number = 1; told('store-without-blobs').length === 0; number++) {
        assert.ok(number < 200, 'nothing is said after 200 pulls');
        await pull(archeio.port, number);
      }
      const asked = upstream.accesses.length;
      assert.ok(asked <= 200 / 8, `${asked} questions to the upstream`);
      const admin = `http://127.0.0.1:${archeio.adminPort}`;
      const { backends }: Status = JSON.parse(await (await fetch(`${admin}/api/status`)).text());
      const found = backends.find(({ name }) => name === 'store')?.blobsOnlyUpstream ?? 0;
      assert.ok(found >= 3, JSON.stringify(backends));
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      assert.match(metrics, /archeio_store_blobs_only_upstream\{store="store"\} [3-9]/);

      store.put(digest(1000), Buffer.from('blob'));
      await pull(archeio.port, 1000);
      await until('the store to be proven', () => told('store-has-blobs').length === 1);
      for (let number = 300; number < 400; number++) await pull(archeio.port, number);
      assert.equal(told('store-without-blobs').length, 1);
    });
  });

  describe(`a store that never says whether it has a blob: ${runtime}`, () => {
    // oxyno-zeta/s3-proxy#474: GET works, but HEAD gets 405.
    test('it is logged once, with its answer', async () => {
      await using store = await startStore();
      store.behave((_request, response) => response.writeHead(405).end());
      await using archeio = await startWith(runtime, withStore(store.url));
      const told = () => archeio.log.filter(({ event }) => event === 'store-without-answers');
      for (let number = 1; number <= 60; number++) {
        const { location } = await pull(archeio.port, number);
        assert.match(location ?? '', /^https:\/\/upstream\.example\//);
      }
      await until('the store to be reported', () => told().length > 0);
      assert.deepEqual(
        told().map(({ store, saw }) => [store, saw]),
        [['store', 'status 405']],
      );
    });
  });
}
