import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import {
  closedPort,
  type FakeStore,
  httpStore,
  rawStore,
} from '../../backends/client/testing/fake-store.ts';
import { proxiesOf, Reference } from './reference.ts';

const REQUEST = {
  method: 'GET',
  path: '/v2/../%2e%2e/a//manifests/1',
  headers: { host: 'registry.example', accept: '*/*', 'archeio-shadow': '1' },
} as const;

/** Asks a server once. @param timeout milliseconds */
async function ask(server: Pick<FakeStore, 'origin'>, timeout = 60_000) {
  const reference = new Reference(server.origin, timeout, MONOTONIC_CLOCK, {});
  try {
    return await reference.ask(REQUEST);
  } finally {
    reference.close();
  }
}

describe('a reference', () => {
  test('gets the request as it came, with the header that is given and nothing else', async () => {
    let got: unknown;
    await using server = await httpStore(({ method, url, rawHeaders }, response) => {
      got = [method, url, rawHeaders];
      response.writeHead(307, { location: 'http://127.0.0.1:1/never', 'x-other': 'y' }).end();
    });
    const answer = await ask(server);
    assert.ok(answer.kind === 'head');
    assert.equal(answer.status, 307);
    assert.equal(answer.headers['location'], 'http://127.0.0.1:1/never');
    assert.deepEqual(got, [
      'GET',
      REQUEST.path,
      [...Object.entries(REQUEST.headers).flat(), 'Connection', 'keep-alive'],
    ]);
    assert.equal(server.connections, 1, 'follows no redirect');
  });

  test('may send any body: it is not kept', async () => {
    let sent = 0;
    await using server = await httpStore((_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        for (sent++; response.write(chunk); sent++);
      };
      response.on('drain', more);
      more();
    });
    const answer = await ask(server);
    assert.ok(answer.kind === 'head' && answer.status === 200);
    await server.untilOpen(0);
    assert.ok(sent < 1000, `${sent} pieces of 64 KiB`);
  });

  test('may leave a body unfinished: the status is the answer', async () => {
    await using server = await httpStore((_request, response) => {
      response.writeHead(404, { 'content-length': '10' }).write('a');
    });
    const answer = await ask(server, 300);
    assert.ok(answer.kind === 'head' && answer.status === 404);
  });

  test('may hang, reset, answer garbage or be gone', async () => {
    await using hanging = await rawStore(() => undefined);
    await using resetting = await rawStore((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    await using garbage = await rawStore((socket) => {
      socket.once('data', () => socket.end('HTTP/9.9 \u0000\r\n\r\n'));
    });
    await using endless = await rawStore((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`));
    });
    const gone = { origin: `http://127.0.0.1:${await closedPort()}` };
    assert.deepEqual(await ask(hanging, 300), { kind: 'failure', reason: 'timeout' });
    for (const server of [resetting, garbage, endless, gone]) {
      const answer = await ask(server);
      assert.ok(answer.kind === 'failure' && answer.reason === 'connection', server.origin);
      assert.ok(answer.detail);
    }
  });

  test('that is closed is not asked', async () => {
    const reference = new Reference('http://127.0.0.1:1', 1000, MONOTONIC_CLOCK);
    reference.close();
    assert.deepEqual(await reference.ask(REQUEST), { kind: 'nothing' });
  });
});

test('a proxy for http is not used: it would go where the Host header says', () => {
  assert.deepEqual(
    proxiesOf({
      HTTP_PROXY: 'http://p',
      http_proxy: 'http://p',
      HTTPS_PROXY: 'http://s',
      NO_PROXY: 'n',
    }),
    { HTTPS_PROXY: 'http://s', https_proxy: undefined, NO_PROXY: 'n', no_proxy: undefined },
  );
});
