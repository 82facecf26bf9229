import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoopbackServer, sendBytes } from './loopback-server.ts';

const BYTES = Buffer.from('0123456789');

async function withServer(use: (server: LoopbackServer) => Promise<void>): Promise<void> {
  const server = new LoopbackServer((request, response) => {
    if (request.url === '/fails') throw new Error('no');
    sendBytes(request, response, BYTES, {});
  });
  await server.listen();
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

test('it sends all bytes, a part of them, or only the header', () =>
  withServer(async ({ url }) => {
    const get = async (range?: string) => {
      const response = await fetch(url, { headers: range === undefined ? {} : { range } });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    assert.deepEqual(await get(), [200, '0123456789', null]);
    assert.deepEqual(await get('bytes=2-4'), [206, '234', 'bytes 2-4/10']);
    assert.deepEqual(await get('bytes=8-99'), [206, '89', 'bytes 8-9/10']);
    assert.deepEqual(await get('bytes=8-'), [206, '89', 'bytes 8-9/10']);
    assert.deepEqual(await get('bytes=10-'), [200, '0123456789', null]);
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '10');
    assert.equal((await fetch(`${url}/fails`)).status, 500);
  }));

test('while it hangs it accepts requests and answers none; then it answers new ones', () =>
  withServer(async (server) => {
    server.hang();
    await assert.rejects(fetch(server.url, { signal: AbortSignal.timeout(200) }), /timeout/);
    const waiting = fetch(server.url);
    await assert.rejects(Promise.all([waiting, recoverSoon(server)]));
    assert.equal((await fetch(server.url)).status, 200);
    server.hang();
  }));

async function recoverSoon(server: LoopbackServer): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.recover();
}
