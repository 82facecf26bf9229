import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { formatAddr } from '@archeio/netip';
import { readHeader } from './read-header.ts';

const HEADER = 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n';

/** What is read of a connection, and everything after it. */
async function read(act: (client: Socket) => void, timeout?: number) {
  const results: unknown[] = [];
  const whole = Promise.withResolvers<string>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let rest = '';
    socket.on('error', () => undefined);
    readHeader(
      socket,
      (header) => {
        results.push(
          typeof header === 'object' ? header.client && formatAddr(header.client) : header,
        );
        if (typeof header !== 'object') {
          socket.destroy();
          whole.resolve('');
          return;
        }
        socket.on('data', (chunk) => (rest += String(chunk)));
        socket.on('end', () => {
          whole.resolve(rest);
          socket.end();
        });
        socket.resume();
      },
      timeout,
    );
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
  const client = connect(port, '127.0.0.1', () => act(client));
  client.on('error', () => undefined);
  client.setNoDelay(true);
  const rest = await whole.promise;
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return { results, rest };
}

test('gives back what follows the header, wherever the bytes are split', async () => {
  const bytes = `${HEADER}GET`;
  for (let at = 1; at < bytes.length; at++) {
    const found = await read((client) => {
      client.write(bytes.slice(0, at));
      setTimeout(() => client.end(bytes.slice(at)), 2);
    });
    assert.deepEqual(found, { results: ['192.0.2.1'], rest: 'GET' }, String(at));
  }
});

test('a connection that ends too early, or sends nothing in time', async () => {
  assert.deepEqual((await read((client) => client.end(HEADER.slice(0, 9)))).results, [
    'header-cut',
  ]);
  assert.deepEqual((await read((client) => client.end())).results, [undefined]);
  assert.deepEqual((await read((client) => client.resetAndDestroy())).results, [undefined]);
  assert.deepEqual((await read(() => undefined, 20)).results, ['header-timeout']);
  assert.deepEqual((await read((client) => client.write('PRO'), 20)).results, ['header-timeout']);
});

test('says at once that it is not a header', async () => {
  assert.deepEqual((await read((client) => client.write('GET /'))).results, ['no-header']);
  assert.deepEqual((await read((client) => client.write('PROXY X\r\n'))).results, [
    'malformed-header',
  ]);
  assert.deepEqual(
    (await read((client) => client.write(`PROXY UNKNOWN${'x'.repeat(200)}`))).results,
    ['header-too-long'],
  );
});
