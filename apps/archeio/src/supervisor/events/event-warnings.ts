import type { Clock } from '@archeio/presence';
import { failureReason } from '@archeio/plain-errors';
import type { Log } from '../../platform/log.ts';
import type { DropReason } from './event-counts.ts';

/** Minimum interval between two warnings of the same kind, in milliseconds. */
const WARN_EVERY = 60_000;

const PROBLEMS: Readonly<Record<DropReason, string>> = {
  'worker-queue': 'a worker had too many events waiting for this process: lower events.sample',
  'slow-reader': 'the reader or the disk is too slow: lower events.sample, or read faster',
  'write-failed': 'they could not be written, and the queue is full',
  stop: 'they could not be written before the end of the stop',
};

/** A warning that comes at most once a minute; until then, what it counts is kept. */
class Rare {
  readonly #clock: Clock;
  readonly #warn: () => void;
  #cancel: (() => void) | undefined;
  #isDue = false;

  constructor(clock: Clock, warn: () => void) {
    this.#clock = clock;
    this.#warn = warn;
  }

  due(): void {
    this.#isDue = true;
    if (this.#cancel === undefined) this.flush();
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#warn();
    this.#cancel = this.#clock.after(WARN_EVERY, () => this.flush());
  }

  close(): void {
    this.flush();
    this.#cancel?.();
  }
}

/** Logs that events are not written or dropped, and that they are written again. */
export class EventWarnings {
  readonly #log: Log;
  readonly #failures: Rare;
  readonly #drops: Rare;
  /** Why the last attempt failed, and whether that was logged; undefined while events are written. */
  #trouble: { readonly to: string; readonly error: unknown; isLogged: boolean } | undefined;
  readonly #dropped = new Map<DropReason, number>();

  constructor(clock: Clock, log: Log) {
    this.#log = log;
    this.#failures = new Rare(clock, () => this.#warnOfFailure());
    this.#drops = new Rare(clock, () => this.#warnOfDrops());
  }

  failed(to: string, error: unknown): void {
    const isLogged = this.#trouble?.isLogged === true;
    this.#trouble = { to, error, isLogged };
    this.#failures.due();
  }

  /** Events are written. */
  works(to: string): void {
    const { isLogged = false } = this.#trouble ?? {};
    this.#trouble = undefined;
    if (isLogged) this.#log.info('events-written', { to });
  }

  dropped(reason: DropReason, events: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + events);
    this.#drops.due();
  }

  /** Logs what is not logged yet. */
  close(): void {
    this.#failures.close();
    this.#drops.close();
  }

  #warnOfFailure(): void {
    if (this.#trouble === undefined) return;
    const { to, error } = this.#trouble;
    this.#trouble.isLogged = true;
    this.#log.warn('events-not-written', { to, problem: failureReason(error) });
  }

  #warnOfDrops(): void {
    for (const [reason, dropped] of this.#dropped)
      this.#log.warn('events-dropped', { dropped, reason, problem: PROBLEMS[reason] });
    this.#dropped.clear();
  }
}
