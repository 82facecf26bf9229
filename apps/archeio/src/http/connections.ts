import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from '@archeio/request-handler';
import { Connection } from './connection.ts';
import { sendRaw } from './listening.ts';

/** Share of the limit that is closed at once when too few connections are left. */
const SHARE_CLOSED = 8;

/** Callbacks for connections beyond the limit. */
export interface Overflow {
  /** Number of idle ones closed to make room. */
  closedIdle(count: number): void;
  /** A new one was refused, because none is idle. */
  refused(): void;
}

/** Counts nothing. */
export const IGNORED: Overflow = { closedIdle: () => undefined, refused: () => undefined };

/** The connections of a server, limited in number, with the state of each. */
export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #most: number;
  readonly #room: number;
  readonly #overflow: Overflow;
  #uses = 0;

  /** @param most maximum number of open connections, at least 2; idle ones are closed before it is reached */
  constructor(server: Server, most: number, overflow: Overflow) {
    this.#most = most;
    this.#room = Math.max(1, Math.floor(most / SHARE_CLOSED));
    this.#overflow = overflow;
    server.on('connection', (socket) => void this.admit(socket));
  }

  /** Number of open connections. */
  get open(): number {
    return this.#all.size;
  }

  /** Counts a connection before the HTTP server gets it. @returns false if it was refused, because there are too many */
  admit(socket: Socket): boolean {
    return this.#all.has(socket) || this.#add(socket);
  }

  /** Replaces the socket of a connection by the encrypted one above it. */
  secured(socket: Socket, above: Socket): void {
    const connection = this.of(socket);
    this.#all.delete(socket);
    this.#all.set(above, connection);
    above.once('close', () => this.#all.delete(above));
  }

  /** Closes the connections that have served a request and wait for the next one. */
  closeIdle(): void {
    for (const [socket, { idle, isUsed }] of this.#all) if (idle && isUsed) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.#all.keys()) socket.destroy();
  }

  of(socket: Socket): Connection {
    return this.#all.get(socket) ?? new Connection(0);
  }

  /** A counter that grows with each use of a connection. */
  use(): number {
    return ++this.#uses;
  }

  /** Sends the final answer to invalid input, after all pending answers; at most once. */
  end(socket: Socket, answer: Answer): void {
    const connection = this.of(socket);
    const { last, ending } = connection;
    connection.ending = true;
    if (ending || last?.shouldKeepAlive === false) {
      // The final answer ends the connection, unless it has already ended and the client keeps sending.
      if (connection.idle) socket.destroy();
    } else if (connection.written) sendRaw(socket, answer);
    else last?.once('finish', () => sendRaw(socket, answer));
  }

  /** Counted here and not by `maxConnections`, because Bun counts a connection for some time after it is closed. */
  #add(socket: Socket): boolean {
    if (this.#all.size >= this.#most - this.#room) this.#closeIdle();
    if (this.#all.size >= this.#most) {
      socket.destroy();
      this.#overflow.refused();
      return false;
    }
    this.#all.set(socket, new Connection(this.use()));
    socket.once('close', () => this.#all.delete(socket));
    return true;
  }

  /** Closes the connections that have been idle longest. */
  #closeIdle(): void {
    const idle = [...this.#all]
      .filter(([, { idle: isIdle }]) => isIdle)
      .toSorted(([, one], [, other]) => one.lastUsed - other.lastUsed)
      .slice(0, this.#room);
    for (const [socket] of idle) {
      this.#all.delete(socket);
      socket.destroy();
    }
    if (idle.length > 0) this.#overflow.closedIdle(idle.length);
  }
}
