import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, startUpstream, upstreamAt, withStore } from './configurations.ts';

interface Seen {
  answered: number;
  /** Connections that were refused, or reset before they were accepted: the port is closed. */
  refused: number;
  failed: string[];
}

/** Asks once; resolves with whether the port is still open. */
function askOnce(port: number, agent: Agent, seen: Seen): Promise<boolean> {
  return new Promise((resolve) => {
    const path = `/v2/pause/blobs/${digest(seen.answered % 1000)}`;
    const request = get({ port, host: '127.0.0.1', path, agent }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 307) seen.answered++;
        else seen.failed.push(String(response.statusCode));
        resolve(true);
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const closed = !request.reusedSocket && /^ECONN(REFUSED|RESET)$/.test(error.code ?? '');
      if (closed) seen.refused++;
      else seen.failed.push(error.code ?? error.message);
      resolve(false);
    });
  });
}

/** Asks over a kept connection, one request after the other, until the port is closed. */
async function load(port: number, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (await askOnce(port, agent, seen));
  agent.destroy();
}

const sum = (counts: object): number =>
  Object.values(counts).reduce((total: number, count) => total + Number(count), 0);

for (const runtime of RUNTIMES) {
  describe(`stopping: ${runtime}`, () => {
    test('SIGTERM under load: no request that was accepted fails, exit code 0', async () => {
      await using store = await startStore();
      await using upstream = await startUpstream();
      await using archeio = await startWith(
        runtime,
        withStore(store.url, {
          ...upstreamAt(upstream.url),
          stop: { delay: '1s', timeout: '5s' },
        }),
      );
      const seen: Seen = { answered: 0, refused: 0, failed: [] };
      const clients = Array.from({ length: 20 }, () => load(archeio.port, seen));
      await sleep(500);
      archeio.signal('SIGTERM');
      await Promise.all(clients);
      assert.deepEqual(seen.failed, []);
      assert.equal(seen.refused, clients.length);
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.deepEqual(
        archeio.log.map(({ event }) => event),
        ['started', 'stopping', 'stopped'],
      );
      // A connection in the kernel's queue when the port closes is reset, which cannot be prevented. What the server
      // accepted it also counted, and every answer that it counted has arrived.
      assert.ok(seen.answered >= clients.length, String(seen.answered));
      assert.equal(sum(archeio.log.at(-1)?.['decisions'] ?? {}), seen.answered);
    });

    test('while stopping, the server is unready but live, still answers, and closes each connection', async () => {
      await using store = await startStore();
      await using archeio = await startWith(
        runtime,
        withStore(store.url, { stop: { delay: '3s', timeout: '5s' } }),
      );
      const ask = (path: string) =>
        rawRequest(archeio.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      assert.equal((await ask('/readyz')).status, 200);
      archeio.signal('SIGTERM');
      await sleep(200);
      const unready = await ask('/readyz');
      assert.equal(unready.status, 503);
      assert.equal(unready.headers.get('connection'), 'close');
      assert.equal((await ask('/livez')).status, 200);
      assert.equal((await ask('/v2/pause/manifests/3.9')).status, 307);
      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
    });

    test('a request that waits for a store during a stop is answered', async () => {
      await using store = await startStore();
      store.behave(() => undefined);
      await using archeio = await startWith(runtime, withStore(store.url));
      const waiting = pull(archeio.port, 1);
      await sleep(100);
      archeio.signal('SIGTERM');
      assert.equal((await waiting).status, 307);
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
    });
  });
}
