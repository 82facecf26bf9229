import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MONOTONIC_CLOCK } from '../clock.ts';
import { BunClient } from './bun-client.ts';
import { NodeClient } from './node-client.ts';
import { checkerSuite } from './testing/checker-suite.ts';
import { httpStore } from './testing/fake-store.ts';
import { remoteCheckers } from './testing/remote-checker.ts';
import { type StoreClient, TimedChecker } from './timed-checker.ts';

const bun = remoteCheckers(join(import.meta.dirname, '../../../../node_modules/.bin/bun'));
after(() => bun[Symbol.asyncDispose]());

checkerSuite('Bun', (options) => bun.create(options));

async function connectionsOf(client: StoreClient): Promise<number> {
  await using store = await httpStore((_request, response) =>
    response.writeHead(200, { 'content-length': 7 }).end(),
  );
  const checker = new TimedChecker(client, 30_000, MONOTONIC_CLOCK);
  for (let index = 0; index < 50; index++) {
    const answer = await checker.check(`${store.origin}/${index}`, 'head');
    assert.deepEqual(answer, { kind: 'status', status: 200, size: 7 });
  }
  checker.close();
  return store.connections;
}

test("Node's fetch opens a connection for nearly every HEAD, so Node asks by its agents", async () => {
  const byFetch = await connectionsOf(new BunClient('archeio/test'));
  assert.ok(byFetch >= 25, `fetch opened ${byFetch} connections for 50 HEADs`);
  assert.equal(await connectionsOf(new NodeClient('archeio/test')), 1);
});

test('the client for Bun needs nothing but fetch: ranges, cut and endless bodies', async () => {
  await using store = await httpStore((request, response) => {
    switch (request.url) {
      case '/range':
        response.writeHead(206, { 'content-range': 'bytes 0-0/9' }).end('x');
        break;
      case '/cut':
        response.writeHead(404, { 'content-length': 9 }).write('x');
        setImmediate(() => response.destroy());
        break;
      default:
        response.writeHead(200, { 'content-length': 1e9 }).write(new Uint8Array(1e6));
    }
  });
  const client = new BunClient('archeio/test');
  const { signal } = new AbortController();
  const ask = (path: string) => client.ask(store.origin + path, 'range', signal);
  assert.deepEqual(await ask('/range'), { kind: 'status', status: 206, size: 9 });
  assert.deepEqual(await ask('/cut'), { kind: 'status', status: 404, size: -1 });
  assert.deepEqual(await ask('/endless'), { kind: 'status', status: 200, size: 1e9 });
  client.close();
});
