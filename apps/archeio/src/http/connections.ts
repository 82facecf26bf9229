import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from '@archeio/request-handler';
import { Connection } from './connection.ts';
import { sendRaw } from './listening.ts';

/** Of the connections that are allowed, the share that is closed at a time when too few are left. */
const SHARE_CLOSED = 8;

/** What becomes of connections beyond those that are allowed. */
export interface Overflow {
  /** So many idle ones were closed to make room. */
  closedIdle(count: number): void;
  /** One was not accepted: none is idle. */
  refused(): void;
}

/** Where no one counts them. */
export const IGNORED: Overflow = { closedIdle: () => undefined, refused: () => undefined };

/** The connections of a server: at most so many, and of each what is known. */
export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #most: number;
  readonly #room: number;
  readonly #overflow: Overflow;
  #uses = 0;

  /** @param most open at one time, at least 2; idle ones are closed before it is reached */
  constructor(server: Server, most: number, overflow: Overflow) {
    this.#most = most;
    this.#room = Math.max(1, Math.floor(most / SHARE_CLOSED));
    this.#overflow = overflow;
    server.on('connection', (socket) => this.#add(socket));
  }

  /** How many are open. */
  get open(): number {
    return this.#all.size;
  }

  of(socket: Socket): Connection {
    return this.#all.get(socket) ?? new Connection(0);
  }

  /** A number that grows with each use of a connection. */
  use(): number {
    return ++this.#uses;
  }

  /** Sends the final answer to what is not a request, after all answers that are owed; at most one. */
  end(socket: Socket, answer: Answer): void {
    const connection = this.of(socket);
    const { last, ending } = connection;
    connection.ending = true;
    if (ending || last?.shouldKeepAlive === false) {
      // The final answer ends the connection, unless it already has and the client goes on.
      if (connection.idle) socket.destroy();
    } else if (connection.written) sendRaw(socket, answer);
    else last?.once('finish', () => sendRaw(socket, answer));
  }

  /** Counted here and not by `maxConnections`: Bun counts a connection for some time after it is closed. */
  #add(socket: Socket): void {
    if (this.#all.size >= this.#most - this.#room) this.#closeIdle();
    if (this.#all.size >= this.#most) {
      socket.destroy();
      this.#overflow.refused();
      return;
    }
    this.#all.set(socket, new Connection(this.use()));
    socket.once('close', () => this.#all.delete(socket));
  }

  /** Closes those that have been idle longest. */
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
