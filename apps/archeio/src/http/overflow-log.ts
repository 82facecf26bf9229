import type { Clock } from '@archeio/presence';
import type { Log } from '../platform/log.ts';
import type { Overflow } from './connections.ts';

/** Minimum interval between log lines of a full listener, in milliseconds. */
const LOG_EVERY = 600_000;

/** Counts the connections beyond the limit of a listener, and logs them once in ten minutes. */
export class OverflowLog implements Overflow {
  readonly #listener: 'requests' | 'admin';
  readonly #most: number;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Number of idle connections closed to make room. */
  idle = 0;
  /** Number of refused connections. */
  rejected = 0;
  #nextLog = Number.NEGATIVE_INFINITY;

  /** @param most maximum number of connections of the listener */
  constructor(listener: 'requests' | 'admin', most: number, clock: Clock, log: Log) {
    this.#listener = listener;
    this.#most = most;
    this.#clock = clock;
    this.#log = log;
  }

  closedIdle(count: number): void {
    this.idle += count;
    this.#tell();
  }

  refused(): void {
    this.rejected++;
    this.#tell();
  }

  #tell(): void {
    const now = this.#clock.now();
    if (now < this.#nextLog) return;
    this.#nextLog = now + LOG_EVERY;
    this.#log.warn('connections-full', {
      listener: this.#listener,
      limit: this.#most,
      closedIdle: this.idle,
      refused: this.rejected,
    });
  }
}
