import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { withStore } from './configurations.ts';

/** Sends text, then nothing more; resolves with the response when the server closes the connection. */
function stall(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server still waits after ${JSON.stringify(bytes)}`));
    }, 60_000);
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(patience);
      resolve(received);
    });
  });
}

/** Concurrent, because each waits for the server's time limit. */
describe('slow clients', { concurrency: true }, () => {
  for (const runtime of RUNTIMES)
    test(`a client that does not finish its request gets 408 and is disconnected: ${runtime}`, async () => {
      await using archeio = await startWith(runtime, withStore('http://127.0.0.1:9'));
      const [header, line, silent] = await Promise.all([
        stall(archeio.port, 'GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Slow: '),
        stall(archeio.port, 'GET /v2/'),
        stall(archeio.port, ''),
      ]);
      assert.match(header, /^HTTP\/1\.1 408 /);
      assert.match(line, /^HTTP\/1\.1 408 /);
      assert.ok(silent === '' || silent.startsWith('HTTP/1.1 408 '));
    });
});
