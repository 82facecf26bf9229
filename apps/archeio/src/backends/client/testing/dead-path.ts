import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { spawnLimited } from '../../../../../../test/parts/limited-child.ts';

/** Listens, and is stopped: the kernel takes as many connections as the queue holds, and drops what comes after. */
const LISTEN = `
  const server = require('node:net').createServer();
  server.listen({ port: Number(process.argv[1]), host: '::1', backlog: 1 }, () => console.log('listening'));
`;

/** An address that answers no packet of a new connection: ::1 with a port, as over a path that is dead. */
export async function deadPath(port: number): Promise<AsyncDisposable> {
  const child = spawnLimited(process.execPath, ['-e', LISTEN, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const filling: net.Socket[] = [];
  for (let isFull = false; !isFull;) {
    assert.ok(filling.length < 32, '::1 answers, whatever is connected');
    const socket = net.connect(port, '::1');
    socket.on('error', () => {});
    filling.push(socket);
    const hung = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300));
    isFull = await Promise.race([once(socket, 'connect').then(() => false), hung]);
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of filling) socket.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
