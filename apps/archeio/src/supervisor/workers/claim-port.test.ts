import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { claimPort } from './claim-port.ts';

test('any free port can be claimed, and is free afterwards', async () => {
  const { host, port } = await claimPort('127.0.0.1', 0);
  assert.equal(host, '127.0.0.1');
  assert.ok(port > 0);
  assert.deepEqual(await claimPort('127.0.0.1', port), { host, port });
  assert.equal((await claimPort('::', 0)).port > 0, true);
});

test('a port in use cannot be claimed, even if it is shared', async () => {
  for (const reusePort of [false, true]) {
    const server = createServer();
    const { port } = await new Promise<{ port: number }>((resolve) => {
      server.listen({ host: '127.0.0.1', port: 0, reusePort }, () => {
        const address = server.address();
        resolve({ port: typeof address === 'object' && address !== null ? address.port : 0 });
      });
    });
    await assert.rejects(claimPort('127.0.0.1', port), { code: 'EADDRINUSE' });
    await new Promise((resolve) => server.close(resolve));
  }
});
