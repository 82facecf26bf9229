import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { test } from 'node:test';
import { parseAddr, parsePrefix } from '@archeio/netip';
import { TestAuthority } from '../../../../test/parts/certificate.ts';
import { ADDRESSES, SOURCE } from './testing/assembled.ts';
import { loneWorker } from './testing/lone-worker.ts';

test('it explains by what it serves, and reports what it counted and remembers', async () => {
  const { worker, serve, pull, checkers } = loneWorker();
  await serve(1);
  checkers[0].answers.set('https://cdn.example', 'never');
  void pull(1);
  const report = await worker.report();
  assert.equal(report.pid, process.pid);
  assert.deepEqual(report.presence, { entries: 0, evictions: 0, inFlight: { cdn: 1 } });
  const explained = await worker.explain({
    path: '/v2/pause/manifests/3.9',
    address: parseAddr(ADDRESSES.paris),
    method: 'GET',
    host: undefined,
  });
  assert.match(JSON.stringify(explained), /"cloud":"AWS"/);
});

test('it listens, takes over a generation, and closes', async () => {
  const { worker, serve } = loneWorker();
  await serve(1);
  assert.equal(worker.serving.states.healthy('readyz'), false);
  const port = await worker.listen('127.0.0.1', 0, true);
  const ask = () => fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
  assert.equal((await ask()).headers.get('location'), 'https://info.example');
  await serve(2, {
    ...SOURCE,
    pages: { info: 'https://new.example', privacy: 'https://p.example' },
  });
  assert.equal((await ask()).headers.get('location'), 'https://new.example');
  assert.equal(worker.serving.states.healthy('readyz'), true);
  worker.impaired(true);
  assert.equal(worker.serving.states.healthy('readyz'), false);
  worker.impaired(false);
  assert.equal(worker.serving.states.healthy('readyz'), true);
  assert.equal(worker.answering, true);
  worker.announceStop();
  assert.equal(worker.serving.states.healthy('readyz'), false);
  assert.equal((await ask()).headers.get('connection'), 'close');
  assert.equal(await worker.close(5000), 'finished');
  const never = loneWorker();
  never.worker.announceStop();
  assert.equal(await never.worker.close(0), 'finished');
});

test('a port that is taken is an error', async () => {
  const { worker, serve } = loneWorker();
  await serve(1);
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await assert.rejects(worker.listen('127.0.0.1', port, false), { code: 'EADDRINUSE' });
  await new Promise((resolve) => server.close(resolve));
  await worker.close(0);
});

/** Sends a request for `/livez`, after a PROXY header if given, and resolves with everything received. */
function livez(port: number, options: { header?: string; tls?: boolean }): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const plain = connect(port, '127.0.0.1');
    if (options.header !== undefined) plain.write(options.header);
    const socket =
      options.tls === true ? connectSecure({ socket: plain, rejectUnauthorized: false }) : plain;
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

const HEADER = 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n';
const proxied = (...prefixes: string[]) => ({
  ...SOURCE,
  clientAddress: { topology: 'proxy-protocol' as const, prefixes },
});

test('with a certificate it serves TLS, and a port that redirects; both need a PROXY header from balancers', async () => {
  using authority = new TestAuthority();
  const { worker, serve } = loneWorker();
  await serve(1, proxied('127.0.0.0/8'));
  worker.certificate(authority.issue());
  const port = await worker.listen('127.0.0.1', 0, false, [parsePrefix('127.0.0.0/8')]);
  const listener = { host: '127.0.0.1', port: 0, to: 443, challenges: undefined };
  const redirect = await worker.listenForRedirects(listener, false);
  assert.match(await livez(port, { header: HEADER, tls: true }), / 200 OK/);
  assert.match(await livez(redirect, { header: HEADER }), / 200 OK/);
  assert.equal(await livez(port, { tls: true }), '');
  assert.equal(await livez(redirect, {}), '');

  const { metrics } = await worker.report();
  assert.deepEqual(metrics.values.archeio_connections_failed_total, { '["no-header"]': 2 });
  assert.deepEqual(metrics.values.archeio_connections_limit, { '[]': 16_384 });

  // Whether there is a header stays as it was at the start; whose it is does not.
  await serve(2, SOURCE);
  assert.match(await livez(port, { header: HEADER, tls: true }), / 200 OK/);
  await serve(3, proxied('192.0.2.0/24'));
  assert.equal(await livez(port, { header: HEADER, tls: true }), '');
  assert.equal(await livez(redirect, { header: HEADER }), '');
  worker.announceStop();
  assert.equal(await worker.close(1000), 'finished');
});

test('without PROXY headers, the port that redirects is plain HTTP', async () => {
  using authority = new TestAuthority();
  const { worker, serve } = loneWorker();
  await serve(1);
  worker.certificate(authority.issue());
  await worker.listen('127.0.0.1', 0, false);
  const listener = { host: '127.0.0.1', port: 0, to: 8443, challenges: undefined };
  const redirect = await worker.listenForRedirects(listener, false);
  const { status, headers } = await fetch(`http://127.0.0.1:${redirect}/v2/x?y`, {
    redirect: 'manual',
  });
  assert.deepEqual([status, headers.get('location')], [308, 'https://127.0.0.1:8443/v2/x?y']);
  await worker.close(1000);
});
