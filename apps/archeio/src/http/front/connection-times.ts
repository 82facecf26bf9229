import type { Socket } from 'node:net';
import type { Connection } from '../connection.ts';
import { LIMITS } from '../limits.ts';

/** What was seen of a connection when it was last looked at. */
interface Seen {
  readonly connection: Connection;
  /** Of the connection; −1 while a request is in progress. */
  lastUsed: number;
  /** Since when it has waited for a request, or for the rest of one; milliseconds. */
  since: number;
  /** Bytes that had arrived when it began to wait. */
  bytes: number;
  /** Whether a part of a request has arrived. */
  isPartial: boolean;
}

/** Options of {@link ConnectionTimes}; milliseconds. */
export interface ConnectionTimesOptions {
  readonly headersTimeout: number;
  readonly keepAliveTimeout?: number;
  /** Sends the answer to a request that did not arrive in time. */
  readonly late: (socket: Socket) => void;
}

/**
 * Limits how long a client may take for its requests, on connections that the HTTP server has not accepted itself: neither runtime does
 * so for those. Looks at all of them at an interval, so that a request costs nothing.
 */
export class ConnectionTimes {
  readonly #seen = new Map<Socket, Seen>();
  readonly #options: Required<ConnectionTimesOptions>;
  readonly #timer: NodeJS.Timeout;

  constructor(options: ConnectionTimesOptions, interval: number) {
    this.#options = { keepAliveTimeout: LIMITS.keepAliveTimeout, ...options };
    this.#timer = setInterval(() => this.look(performance.now()), interval);
    this.#timer.unref();
  }

  /**
   * Begins to look at a connection.
   *
   * @param unread number of bytes that have arrived and belong to the first request
   * @param now milliseconds, of `performance.now`
   */
  add(socket: Socket, connection: Connection, unread: number, now = performance.now()): void {
    this.#seen.set(socket, {
      connection,
      lastUsed: connection.lastUsed,
      since: now,
      bytes: socket.bytesRead - unread,
      isPartial: false,
    });
    socket.once('close', () => this.#seen.delete(socket));
  }

  /** @param now milliseconds, of `performance.now` */
  look(now: number): void {
    for (const [socket, seen] of this.#seen) this.#lookAt(socket, seen, now);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #lookAt(socket: Socket, seen: Seen, now: number): void {
    const { connection } = seen;
    if (!connection.idle) {
      seen.lastUsed = -1;
      return;
    }
    if (seen.lastUsed !== connection.lastUsed) {
      seen.lastUsed = connection.lastUsed;
      seen.since = now;
      seen.bytes = socket.bytesRead;
      seen.isPartial = false;
      return;
    }
    if (!connection.ending && !seen.isPartial && socket.bytesRead > seen.bytes) {
      seen.isPartial = true;
      // The time of the first request counts from the beginning of the connection.
      if (connection.isUsed) seen.since = now;
    }
    const { headersTimeout, keepAliveTimeout, late } = this.#options;
    const isWaiting = connection.isUsed && !connection.ending && !seen.isPartial;
    if (now - seen.since < (isWaiting ? keepAliveTimeout : headersTimeout)) return;
    if (seen.isPartial && !connection.ending) late(socket);
    else socket.destroy();
  }
}
