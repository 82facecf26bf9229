import type { Clock } from '@archeio/presence';
import type { EventBatch } from '../../ipc/event-batch.ts';
import { eventOf } from './event-line.ts';
import type { RecordedDecision } from './recorded-decision.ts';

/** Maximum number of events that wait for the supervisor. */
export const WAITING = 4096;

/** Milliseconds that an event may wait for others. */
const GATHER = 100;

/** Maximum numbers of events and of characters in a batch. Formatting one takes 1 to 2 ms. */
const BATCH = { events: 256, characters: 64 * 1024 } as const;

/** Dependencies of an {@link EventSender}. */
export interface EventSenderDependencies {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Runs a callback after the events that have arrived are handled; the event loop's by default. */
  readonly soon?: (callback: () => void) => void;
  readonly send: (batch: EventBatch) => void;
}

/**
 * Gathers the events of a worker and sends them in batches, one at a time: the next one when the supervisor has taken
 * the last. Events beyond a number that wait are dropped and counted.
 */
export class EventSender {
  readonly #dependencies: EventSenderDependencies;
  readonly #soon: (callback: () => void) => void;
  #waiting: RecordedDecision[] = [];
  #dropped = 0;
  /** Whether the supervisor has a batch that it has not taken. */
  #isSent = false;
  /** Whether a batch is to be sent in the next turn. */
  #isSoon = false;
  #cancel: (() => void) | undefined;
  readonly #flush = (): void => {
    this.#isSoon = false;
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#isSent) this.#sendBatch();
  };

  constructor(dependencies: EventSenderDependencies) {
    this.#dependencies = dependencies;
    this.#soon = dependencies.soon ?? setImmediate;
  }

  /** Adds an event. Formats nothing. */
  add(recorded: RecordedDecision): void {
    if (this.#waiting.length >= WAITING) this.#dropped++;
    else this.#waiting.push(recorded);
    if (!this.#isSent) this.#schedule();
  }

  /** The supervisor has taken the last batch. */
  taken(): void {
    this.#isSent = false;
    if (this.#waiting.length > 0 || this.#dropped > 0) this.#schedule();
  }

  /** Sends everything that waits. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    while (this.#waiting.length > 0 || this.#dropped > 0) this.#sendBatch();
  }

  #schedule(): void {
    if (this.#isSoon) return;
    if (this.#waiting.length >= BATCH.events) {
      this.#isSoon = true;
      this.#soon(this.#flush);
    } else this.#cancel ??= this.#dependencies.clock.after(GATHER, this.#flush);
  }

  #sendBatch(): void {
    const { clock, wallClock, send } = this.#dependencies;
    const offset = wallClock() - clock.now();
    let lines = '';
    let events = 0;
    while (
      events < this.#waiting.length &&
      events < BATCH.events &&
      lines.length < BATCH.characters
    )
      lines += `${JSON.stringify(eventOf(this.#waiting[events++], offset))}\n`;
    this.#waiting = this.#waiting.slice(events);
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#isSent = true;
    send({ lines, events, dropped });
  }
}
