import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, startUpstream, upstreamAt, withStore } from './configurations.ts';

const UPSTREAM = (number: number, url = 'https://upstream.example'): string =>
  `${url}/v2/images/pause/blobs/${digest(number)}`;

for (const runtime of RUNTIMES) {
  describe(`asking a store, over sockets: ${runtime}`, () => {
    test('each pull of a cold blob asks the store again: 100 simultaneous first pulls cost one HEAD', async () => {
      await using store = await startStore();
      store.put(digest(1), Buffer.from('blob'));
      // The number of HEADs must not depend on how soon a busy machine answers the first.
      const patient = { presence: { budget: '30s', timeout: '60s' } };
      await using archeio = await startWith(runtime, withStore(store.url, patient));
      const pulls = await Promise.all(Array.from({ length: 100 }, () => pull(archeio.port, 1)));
      assert.deepEqual(
        new Set(pulls.map(({ location }) => location)),
        new Set([`${store.url}/${digest(1)}`]),
      );
      assert.deepEqual(store.accesses, [{ method: 'HEAD', path: `/${digest(1)}`, status: 200 }]);
    });

    test('50 pulls of a missing blob cost one HEAD', async () => {
      await using store = await startStore();
      await using archeio = await startWith(runtime, withStore(store.url));
      for (let at = 0; at < 50; at++)
        assert.equal((await pull(archeio.port, 1)).location, UPSTREAM(1));
      assert.equal(store.accesses.length, 1);
    });

    test('a hanging store delays the first pull by at most the budget, and later ones not at all', async () => {
      await using store = await startStore();
      const hanging: ServerResponse[] = [];
      store.behave((_request, response) => void hanging.push(response));
      await using archeio = await startWith(
        runtime,
        withStore(store.url, { presence: { budget: '3s', timeout: '9s' } }),
      );
      const first = await pull(archeio.port, 1);
      assert.equal(first.location, UPSTREAM(1));
      const later = await Promise.all(
        Array.from({ length: 30 }, (_, at) => pull(archeio.port, at)),
      );
      assert.deepEqual(
        later.map(({ location }) => location),
        later.map((_, at) => UPSTREAM(at)),
      );
      // A pull that waited for the store would have taken as long as the first one.
      for (const { waited } of later) assert.ok(waited < first.waited, String(waited));
    });

    test('an unreachable store fails no pull, and is no longer asked', async () => {
      const store = await startStore();
      await store[Symbol.asyncDispose]();
      await using upstream = await startUpstream();
      await using archeio = await startWith(
        runtime,
        withStore(store.url, upstreamAt(upstream.url)),
      );
      for (let at = 0; at < 20; at++)
        assert.equal((await pull(archeio.port, at)).location, UPSTREAM(at, upstream.url));
      const opened = archeio.log.filter(({ event }) => event === 'backend-down');
      assert.deepEqual(
        opened.map(({ backend, saw }) => [backend, saw]),
        [['store', 'connection refused (ECONNREFUSED)']],
      );
    });

    test('a client that half-closes its connection still gets its answer after a check of a store', async () => {
      await using store = await startStore();
      store.put(digest(1), Buffer.from('blob'));
      await using archeio = await startWith(runtime, withStore(store.url));
      const answer = await new Promise<string>((resolve) => {
        let received = '';
        const socket = connect({ port: archeio.port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('data', (chunk) => (received += String(chunk)));
        socket.on('close', () => resolve(received));
        socket.on('end', () => socket.destroy());
        socket.setTimeout(5000, () => socket.destroy());
        socket.end(
          `GET /v2/pause/blobs/${digest(1)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
        );
      });
      assert.match(answer, /^HTTP\/1\.1 307 /);
    });

    test('checks keep their connections', async () => {
      await using store = await startStore();
      await using archeio = await startWith(runtime, withStore(store.url));
      for (let at = 0; at < 100; at++) await pull(archeio.port, at);
      assert.equal(store.accesses.length, 100);
      assert.ok(store.connections() <= 3, String(store.connections()));
    });
  });
}
