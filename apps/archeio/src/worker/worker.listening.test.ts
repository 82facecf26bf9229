import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
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
