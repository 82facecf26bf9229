import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startEdge } from '../parts/edge-worker.ts';
import { startStore } from '../parts/store-server.ts';
import { until } from '../processes/several-processes.ts';
import { digest, pull, withStore } from '../serving/configurations.ts';
import { startHeldStore } from './held-store.ts';

const LIMIT = { timeout: 60_000 };
/** The first request of a busy machine may take longer than the default budget. */
const PATIENT = { presence: { budget: '30s', timeout: '40s' } };

const UPSTREAM = (number: number): string =>
  `https://upstream.example/v2/images/pause/blobs/${digest(number)}`;

describe('presence on the edge', LIMIT, () => {
  test(
    'memory answers after the first pull, for a blob that is there and one that is not',
    LIMIT,
    async () => {
      await using store = await startStore();
      store.put(digest(1), Buffer.from('blob'));
      await using worker = await startEdge(withStore(store.url, PATIENT));
      for (let times = 0; times < 5; times++) {
        assert.equal((await pull(worker.port, 1)).location, `${store.url}/${digest(1)}`);
        assert.equal((await pull(worker.port, 2)).location, UPSTREAM(2));
      }
      assert.deepEqual(
        store.accesses.map(({ method, path, status }) => `${method} ${path} ${status}`),
        [`HEAD /${digest(1)} 200`, `HEAD /${digest(2)} 404`],
      );
    },
  );

  test(
    'another isolate finds answers in the cache of the data centre, without asking',
    LIMIT,
    async () => {
      const cacheFolder = mkdtempSync(join(tmpdir(), 'archeio-edge-cache-'));
      try {
        await using store = await startStore();
        store.put(digest(1), Buffer.from('blob'));
        for (let isolate = 0; isolate < 2; isolate++) {
          await using worker = await startEdge(withStore(store.url, PATIENT), { cacheFolder });
          assert.equal((await pull(worker.port, 1)).location, `${store.url}/${digest(1)}`);
          assert.equal((await pull(worker.port, 2)).location, UPSTREAM(2));
          assert.equal(store.accesses.length, 2);
        }
      } finally {
        rmSync(cacheFolder, { recursive: true, force: true });
      }
    },
  );

  test('another store is another entry of the cache', LIMIT, async () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), 'archeio-edge-cache-'));
    try {
      await using first = await startStore();
      await using second = await startStore();
      first.put(digest(1), Buffer.from('blob'));
      for (const [store, location] of [
        [first, `${first.url}/${digest(1)}`],
        [second, UPSTREAM(1)],
      ] as const) {
        await using worker = await startEdge(withStore(store.url, PATIENT), { cacheFolder });
        assert.equal((await pull(worker.port, 1)).location, location);
      }
    } finally {
      rmSync(cacheFolder, { recursive: true, force: true });
    }
  });
});

describe('stores that fail, on the edge', LIMIT, () => {
  test(
    'a store that hangs delays the first pull by the budget, and later ones not at all',
    LIMIT,
    async () => {
      await using store = await startHeldStore();
      const presence = { budget: '3s', timeout: '9s' };
      await using worker = await startEdge(withStore(store.url, { presence }));
      const first = await pull(worker.port, 1);
      assert.equal(first.location, UPSTREAM(1));
      const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
      const later = await Promise.all(numbers.map((number) => pull(worker.port, number)));
      assert.deepEqual(
        later.map(({ location }) => location),
        numbers.map(UPSTREAM),
      );
      // A pull that waited for the store would have taken as long as the first one.
      for (const { waited } of later) assert.ok(waited < first.waited, String(waited));
    },
  );

  test('a store that is slower than the budget costs no pull', LIMIT, async () => {
    await using store = await startStore();
    store.behave((_request, response) => {
      setTimeout(() => response.writeHead(200, { 'Content-Length': '4' }).end(), 1500);
    });
    const presence = { budget: '200ms', timeout: '9s' };
    await using worker = await startEdge(withStore(store.url, { presence }));
    assert.equal((await pull(worker.port, 1)).location, UPSTREAM(1));
    await until('its answer is known', async () => {
      const { location } = await pull(worker.port, 1);
      return location === `${store.url}/${digest(1)}`;
    });
  });

  test(
    'a store that cannot be reached fails no pull, is left alone, and comes back',
    LIMIT,
    async () => {
      await using store = await startStore();
      store.put(digest(100), Buffer.from('blob'));
      store.behave((request) => request.socket.destroy());
      const breaker = { failures: 3, openFor: '1s' };
      await using worker = await startEdge(withStore(store.url, { presence: { breaker } }));
      for (let number = 1; number <= 6; number++)
        assert.equal((await pull(worker.port, number)).location, UPSTREAM(number));
      await until('the log says so', () => worker.log.join('').includes('"event":"backend-down"'));
      assert.match(worker.log.join(''), /"backend":"store","why":"/);
      store.behave(undefined);
      await until('the store is used again', async () => {
        const { location } = await pull(worker.port, 100);
        return location === `${store.url}/${digest(100)}`;
      });
      assert.match(worker.log.join(''), /"event":"backend-up"/);
    },
  );

  test('while one store is down, another one serves', LIMIT, async () => {
    const down = await startStore();
    await down[Symbol.asyncDispose]();
    await using up = await startStore();
    up.put(digest(1), Buffer.from('blob'));
    const stores = [
      { name: 'down', url: down.url, key: '{digest}', default: true },
      { name: 'up', url: up.url, key: '{digest}', default: true },
    ];
    await using worker = await startEdge(withStore('', { ...PATIENT, stores }));
    assert.equal((await pull(worker.port, 1)).location, `${up.url}/${digest(1)}`);
  });
});

describe('upstreams on the edge', LIMIT, () => {
  /** A registry whose second upstream is asked for what the first does not have (R9a, R12a). */
  const withSignatures = (url: string, signatures: string) =>
    withStore('', {
      ...PATIENT,
      stores: [],
      registries: [
        {
          name: 'k8s',
          upstreams: [{ name: 'upstream', url, path: 'images' }],
          signatures: { url: signatures, path: 'signed', fallback: true },
        },
      ],
    });

  test('what the upstream does not have comes from the signature upstream', LIMIT, async () => {
    await using upstream = await startStore();
    await using signatures = await startStore();
    upstream.put(`v2/images/pause/blobs/${digest(1)}`, Buffer.from('blob'));
    await using worker = await startEdge(withSignatures(upstream.url, signatures.url));
    for (let times = 0; times < 3; times++) {
      const there = `${upstream.url}/v2/images/pause/blobs/${digest(1)}`;
      assert.equal((await pull(worker.port, 1)).location, there);
      const fallback = `${signatures.url}/v2/signed/pause/blobs/${digest(2)}`;
      assert.equal((await pull(worker.port, 2)).location, fallback);
    }
    assert.deepEqual(
      upstream.accesses.map(({ method, status }) => `${method} ${status}`),
      ['HEAD 200', 'HEAD 404'],
    );
  });
});
