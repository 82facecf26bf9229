import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { connect as connectSecure, TLSSocket } from 'node:tls';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { createLog } from '../../platform/log.ts';
import { assembled } from '../../worker/testing/assembled.ts';
import { HttpServer, type HttpServerOptions } from '../http-server.ts';
import { LIMITS } from '../limits.ts';
import { OTHER_CONTEXT, PROXY_HEADER, type Way, WAYS } from '../testing/ways.ts';
import type { Preface } from './preface.ts';
import { PrefaceFailures } from './preface-failures.ts';

const [, tls, proxy, both] = WAYS as readonly [Way, Way, Way, Way];

/** A server for a way, and the reasons why connections failed. */
async function listening(
  { preface }: Way,
  change: Partial<NonNullable<Way['preface']>> = {},
  options: HttpServerOptions = {},
) {
  const parts = assembled();
  const failed: string[] = [];
  assert.ok(preface);
  const server = new HttpServer(parts.handler, parts.metrics.requests, {
    preface: { ...preface, failed: (reason) => failed.push(reason), ...change },
    ...options,
  });
  const port = await server.listen('127.0.0.1', 0);
  return { server, port, failed };
}

/** Acts on a plain connection, and resolves with what the server sent once it is closed. */
function closed(port: number, act: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => act(socket));
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

const until = async (holds: () => boolean): Promise<void> => {
  for (const deadline = performance.now() + 5000; !holds();) {
    assert.ok(performance.now() < deadline, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const GET = 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

test('a peer that is no balancer is refused before anything is read', async () => {
  const { server, port, failed } = await listening(proxy, { isBalancer: () => false });
  assert.equal(await closed(port, (socket) => socket.write(PROXY_HEADER + GET)), '');
  assert.equal(await closed(port, () => undefined), '');
  assert.deepEqual(failed, ['untrusted-peer', 'untrusted-peer']);
  assert.equal(await server.close(1000), 'finished');
});

test('a balancer without a good header gets no answer', async () => {
  const { server, port, failed } = await listening(both);
  for (const bytes of [GET, 'PROXY TCP4 x\r\n', `PROXY UNKNOWN ${'x'.repeat(200)}`])
    assert.equal(await closed(port, (socket) => socket.write(bytes)), '');
  assert.equal(await closed(port, (socket) => socket.end('PROX')), '');
  assert.equal(await closed(port, (socket) => socket.end()), '', 'a check by TCP');
  assert.deepEqual(failed, ['no-header', 'malformed-header', 'header-too-long', 'header-cut']);
  assert.equal(await server.close(1000), 'finished');
});

test('LOCAL and UNKNOWN mean the peer', async () => {
  const { server, port } = await listening(proxy);
  const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
  for (const header of [local, Buffer.from('PROXY UNKNOWN\r\n')]) {
    const answer = await closed(port, (socket) =>
      socket.write(Buffer.concat([header, Buffer.from(GET)])),
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
  }
  assert.equal(await server.close(1000), 'finished');
});

test('what is not a handshake is closed, and a check by TCP counts as nothing', async () => {
  const { server, port, failed } = await listening(tls);
  assert.doesNotMatch(await closed(port, (socket) => socket.write(GET)), /HTTP/);
  assert.doesNotMatch(
    await closed(port, (socket) => socket.end('\x16\x03\x01\x02\x00\x01')),
    /HTTP/,
  );
  await closed(port, (socket) => socket.end());
  await closed(port, (socket) => socket.resetAndDestroy());
  await until(() => failed.length >= 2 && server.open === 0);
  assert.deepEqual(failed, ['handshake', 'handshake']);
  assert.equal(await server.close(1000), 'finished');
});

test('a client that offers another protocol alone is refused', async () => {
  const { server, port, failed } = await listening(tls);
  const code = await new Promise((resolve) => {
    const socket = connectSecure({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on('secureConnect', () => resolve('connected'));
  });
  assert.equal(code, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  await until(() => failed.length > 0);
  assert.equal(await server.close(1000), 'finished');
});

test('half a header or handshake does not last', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { server, port, failed } = await listening(both);
  const header = closed(port, (socket) => socket.write('PROXY'));
  const handshake = closed(port, (socket) => socket.write(PROXY_HEADER));
  const poll = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; !holds(); turn++) {
      assert.ok(turn < 1_000_000, 'waited in vain');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await poll(() => server.open === 2);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(LIMITS.proxyHeaderTimeout);
  assert.equal(await header, '');
  t.mock.timers.tick(LIMITS.handshakeTimeout);
  assert.equal(await handshake, '');
  assert.deepEqual(failed, ['header-timeout', 'handshake-timeout']);
  t.mock.timers.reset();
  assert.equal(await server.close(1000), 'finished');
});

test('connections in a handshake make room for others, like idle ones', async () => {
  const seen = { idle: 0, refused: 0 };
  const { server, port } = await listening(
    tls,
    {},
    {
      connections: 4,
      overflow: { closedIdle: (count) => (seen.idle += count), refused: () => seen.refused++ },
    },
  );
  const stalled = Array.from({ length: 12 }, () =>
    closed(port, (socket) => socket.write('\x16\x03\x01')),
  );
  await until(() => seen.idle >= 8);
  const answer = await new Promise<string>((resolve) => {
    const socket = tls.connect(port, (each) => each.write(GET));
    socket.once('data', (chunk) => resolve(String(chunk)));
    socket.on('error', () => undefined);
  });
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.ok(server.open <= 4, String(server.open));
  await server.close(10);
  await Promise.all(stalled);
  assert.equal(seen.refused, 0);
});

test('another certificate counts for new connections, and closes none', async () => {
  let context = tls.preface?.context;
  const preface: Preface = {
    isBalancer: undefined,
    failed: () => undefined,
    get context() {
      return context;
    },
  };
  const { server, port } = await listening(tls, {}, { preface });
  const open = () =>
    new Promise<{ socket: Socket; ask: () => Promise<string> }>((resolve) => {
      const socket = tls.connect(port, (each) =>
        resolve({
          socket: each,
          ask: () =>
            new Promise((answered) => {
              each.once('data', (chunk) => answered(String(chunk)));
              each.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
            }),
        }),
      );
      socket.on('error', () => undefined);
    });
  const first = await open();
  assert.match(await first.ask(), / 200 /);
  context = OTHER_CONTEXT;
  const second = await open();
  assert.match(await second.ask(), / 200 /);
  assert.match(await first.ask(), / 200 /);
  assert.deepEqual(
    [first, second].map(
      ({ socket }) => socket instanceof TLSSocket && socket.getPeerCertificate().subject.CN,
    ),
    ['server-1', 'server-2'],
  );
  assert.equal(server.open, 2);
  // Both wait for another request, so a stop ends them.
  assert.equal(await server.close(1000), 'finished');
});

test('what an operator can prevent is logged, each reason once in ten minutes', async () => {
  const lines: string[] = [];
  const clock = new ManualClock();
  const log = createLog(
    'warn',
    (line) => lines.push(line),
    () => 0,
  );
  const failures = new PrefaceFailures(clock, log);
  failures.add('no-header', '192.0.2.1');
  failures.add('no-header', '192.0.2.2');
  failures.add('untrusted-peer', undefined);
  failures.add('handshake', '192.0.2.1');
  await clock.advance(600_000);
  failures.add('no-header', '192.0.2.3');
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line))
      .map(({ event, reason, count, peer }) => [event, reason, count, peer]),
    [
      ['proxy-protocol-refused', 'no-header', 1, '192.0.2.1'],
      ['proxy-protocol-refused', 'untrusted-peer', 1, undefined],
      ['proxy-protocol-refused', 'no-header', 3, '192.0.2.3'],
    ],
  );
  assert.deepEqual(
    [...failures.counts],
    [
      ['no-header', 3],
      ['untrusted-peer', 1],
      ['handshake', 1],
    ],
  );
});
