import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Certificate } from './certificate.ts';

/** A store that a test plays, on a port of its own. */
export interface FakeStore extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Connections that were opened since the start. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Resolves when so many connections are open. */
  untilOpen(count: number): Promise<void>;
}

/** Where a store listens. */
const LOOPBACK = { host: '127.0.0.1', port: 0 };

async function listen(
  server: net.Server,
  scheme: 'http' | 'https',
  at = LOOPBACK,
): Promise<FakeStore> {
  const sockets = new Set<net.Socket>();
  const waiting = new Map<() => void, number>();
  let connections = 0;
  const settle = () => {
    for (const [resolve, count] of waiting) if (sockets.size === count) resolve();
  };
  server.on('connection', (socket: net.Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      settle();
    });
    settle();
  });
  server.listen(at);
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const { port } = address;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    untilOpen(count) {
      return new Promise((resolve) => {
        waiting.set(resolve, count);
        settle();
      });
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** A store that speaks HTTP. */
export function httpStore(
  listener: http.RequestListener,
  at?: { readonly host: string; readonly port: number },
): Promise<FakeStore> {
  return listen(http.createServer({ keepAliveTimeout: 60_000 }, listener), 'http', at);
}

/** A store that speaks HTTPS. */
export function httpsStore(
  certificate: Certificate,
  listener: http.RequestListener,
): Promise<FakeStore> {
  return listen(https.createServer(certificate, listener), 'https');
}

/** A store that does with a connection what the test says. */
export function rawStore(listener: (socket: net.Socket) => void): Promise<FakeStore> {
  return listen(net.createServer(listener), 'http');
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const store = await rawStore(() => {});
  await store[Symbol.asyncDispose]();
  return store.port;
}
