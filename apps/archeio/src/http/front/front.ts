import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { compileTopology } from '@archeio/client-address';
import { type Addr, formatAddr } from '@archeio/netip';
import type { Connections } from '../connections.ts';
import { listenOn } from '../listening.ts';
import { ConnectionTimes, type ConnectionTimesOptions } from './connection-times.ts';
import { shakeHands } from './handshake.ts';
import type { Preface } from './preface.ts';
import { readHeader } from './read-header.ts';

const PEER = compileTopology({ kind: 'remote' });

/** Options of a {@link Front}. */
export interface FrontOptions extends ConnectionTimesOptions {
  readonly preface: Preface;
  /** Interval at which the times are checked, in milliseconds. */
  readonly checkingInterval: number;
}

/**
 * Listens for an HTTP server whose connections begin with a PROXY header, a TLS handshake, or both. Leads each connection through them
 * and hands it over: both runtimes accept sockets that way (`emit('connection')`), and their `https.Server` cannot do this:
 * Bun's cannot change its certificate.
 */
export class Front {
  readonly #server: Server;
  readonly #http: HttpServer;
  readonly #connections: Connections;
  readonly #preface: Preface;
  readonly #times: ConnectionTimes;

  constructor(http: HttpServer, connections: Connections, options: FrontOptions) {
    this.#http = http;
    this.#connections = connections;
    this.#preface = options.preface;
    this.#times = new ConnectionTimes(options, options.checkingInterval);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Listens and resolves with the port; see {@link listenOn}. */
  listen(host: string, port: number, shared: boolean): Promise<number> {
    return listenOn(this.#server, host, port, shared);
  }

  /** Accepts no new connections; resolves when every connection is closed, at the latest after `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    return new Promise((resolve) => {
      const done = (ended: 'finished' | 'cut'): void => {
        clearTimeout(cut);
        this.#times.close();
        resolve(ended);
      };
      const cut = setTimeout(() => {
        done('cut');
        this.#connections.closeAll();
      }, timeout);
      this.#server.close(() => done('finished'));
      this.#connections.closeIdle();
    });
  }

  #accept(socket: Socket): void {
    // What has failed is closed as well, and that is what counts.
    socket.on('error', () => undefined);
    if (!this.#connections.admit(socket)) return;
    const { isBalancer } = this.#preface;
    if (isBalancer === undefined) {
      this.#secure(socket, undefined, 0);
      return;
    }
    const { remoteAddress } = socket;
    const peer = PEER.read(undefined, { peer: remoteAddress });
    if (typeof peer === 'string' || !isBalancer(peer)) {
      socket.destroy();
      this.#preface.failed('untrusted-peer', remoteAddress);
      return;
    }
    readHeader(socket, (header) => {
      if (typeof header === 'object') this.#secure(socket, header.client, socket.readableLength);
      else {
        socket.destroy();
        if (header !== undefined) this.#preface.failed(header, remoteAddress);
      }
    });
  }

  #secure(socket: Socket, client: Addr | undefined, unread: number): void {
    const { context } = this.#preface;
    if (context === undefined) {
      this.#handOver(socket, client, unread);
      return;
    }
    const { remoteAddress } = socket;
    shakeHands(socket, context, (secured) => {
      if (typeof secured === 'object') {
        this.#connections.secured(socket, secured);
        this.#handOver(secured, client, 0);
      } else {
        socket.destroy();
        if (secured !== undefined) this.#preface.failed(secured, remoteAddress);
      }
    });
  }

  #handOver(socket: Socket, client: Addr | undefined, unread: number): void {
    if (client !== undefined)
      Object.defineProperty(socket, 'remoteAddress', { value: formatAddr(client) });
    this.#times.add(socket, this.#connections.of(socket), unread);
    this.#http.emit('connection', socket);
  }
}
