import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { refusal, TARGET_TOO_LONG } from '@archeio/request-handler';
import { Connections, IGNORED } from './connections.ts';
import { listenOn } from './listening.ts';

/** A server with a maximum number of connections that never answers `/wait`. */
async function serving(most: number) {
  let waiting = 0;
  const server = createServer((request, response) => {
    connections.of(request.socket).begin(response, connections.use());
    if (request.url === '/wait') waiting++;
    else response.end('x');
  });
  const seen = { closedIdle: 0, refused: 0 };
  const connections = new Connections(server, most, {
    closedIdle: (count) => (seen.closedIdle += count),
    refused: () => seen.refused++,
  });
  const port = await listenOn(server, '127.0.0.1', 0);
  const clients: Client[] = [];
  return {
    connections,
    seen,
    /** Opens a connection and requests a path; without one it stays silent. */
    open: async (path?: string): Promise<Client> => {
      const client = new Client(port);
      clients.push(client);
      await client.open();
      if (path !== undefined) client.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const before = waiting;
      if (path === '/wait') await until('the request', () => waiting > before);
      else if (path !== undefined) await client.answered;
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of clients) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until something holds. @throws Error with `what` after five seconds */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5000; !holds();) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly answered: Promise<void>;
  isClosed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.answered = new Promise((resolve) => this.socket.once('data', () => resolve()));
    this.closed = new Promise((resolve) =>
      this.socket.once('close', () => {
        this.isClosed = true;
        resolve();
      }),
    );
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.socket.once('connect', () => resolve()));
  }
}

test('closes the connections that have been idle longest before the limit is reached', async () => {
  await using server = await serving(4);
  const first = await server.open('/');
  const silent = await server.open();
  const second = await server.open('/');
  // It is used again, so the silent one has been idle longer.
  first.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => first.socket.once('data', resolve));
  const third = await server.open('/');
  await silent.closed;
  const fourth = await server.open('/');
  await second.closed;
  assert.deepEqual(server.seen, { closedIdle: 2, refused: 0 });
  assert.deepEqual([first.isClosed, third.isClosed, fourth.isClosed], [false, false, false]);
  assert.equal(server.connections.open, 3);
});

test('refuses a new connection if none is idle, and finishes each request in progress', async () => {
  await using server = await serving(2);
  const waiting = [await server.open('/wait'), await server.open('/wait')];
  const refused = await server.open();
  await refused.closed;
  assert.deepEqual(server.seen, { closedIdle: 0, refused: 1 });
  assert.deepEqual(
    waiting.map(({ isClosed }) => isClosed),
    [false, false],
  );
});

test('a closed connection no longer counts', async () => {
  await using server = await serving(4);
  const client = await server.open('/');
  assert.equal(server.connections.open, 1);
  client.socket.destroy();
  await until('its end', () => server.connections.open === 0);
});

/** The parts of a socket and of its latest response that the tests read. */
function exchange(connections: Connections, server: EventEmitter, state: object) {
  const written: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    writable: true,
    end: (text: string) => written.push(text),
    destroy: () => written.push('destroyed'),
  }) as unknown as Socket;
  const response = Object.assign(new EventEmitter(), {
    shouldKeepAlive: true,
    writableEnded: true,
    writableFinished: true,
    socket,
    ...state,
  }) as unknown as ServerResponse;
  server.emit('connection', socket);
  connections.of(socket).begin(response, 1);
  const end = () => {
    connections.end(socket, refusal(TARGET_TOO_LONG));
    return written.map((text) => text.slice(0, 12));
  };
  return { end, response };
}

test('the final answer is sent once, after every answer that is owed', () => {
  const server = new EventEmitter();
  const connections = new Connections(server as unknown as Server, 100, IGNORED);
  const idle = exchange(connections, server, {});
  assert.deepEqual(idle.end(), ['HTTP/1.1 414']);
  assert.deepEqual(idle.end(), ['HTTP/1.1 414', 'destroyed'], 'it goes on after that');

  const pending = exchange(connections, server, { writableEnded: false, writableFinished: false });
  assert.deepEqual(pending.end(), []);
  assert.deepEqual(pending.end(), []);
  Object.assign(pending.response, { writableEnded: true, writableFinished: true }).emit('finish');
  assert.deepEqual(pending.end(), ['HTTP/1.1 414', 'destroyed']);

  const last = exchange(connections, server, { shouldKeepAlive: false, writableFinished: false });
  assert.deepEqual(last.end(), [], 'the runtime ends it');
});
