import type { Clock } from '@archeio/presence';

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Undefined once it was cancelled. */
  callback: (() => void) | undefined;
}

/** Simulated time: it advances only when the simulation says so, from timer to timer. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** A binary heap: each timer is due no later than the two below it. */
  readonly #heap: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + milliseconds, order: this.#order++, callback };
    this.#heap.push(timer);
    this.#rise(timer);
    return () => {
      timer.callback = undefined;
    };
  }

  /** When the next timer is due; Infinity if there is none. */
  nextDue(): number {
    while (this.#heap.length > 0 && this.#heap[0].callback === undefined) this.#removeFirst();
    return this.#heap.length > 0 ? this.#heap[0].at : Infinity;
  }

  /** Advances to the next timer and calls it. */
  fireNext(): void {
    const due = this.nextDue();
    if (due === Infinity) return;
    const { callback } = this.#removeFirst();
    this.#now = due;
    callback?.();
  }

  /** @throws RangeError if it would go back, or skip a timer */
  advanceTo(time: number): void {
    if (!(time >= this.#now))
      throw new RangeError(`cannot go back from ${this.#now} to ${time} ms`);
    if (this.nextDue() < time)
      throw new RangeError(`cannot advance to ${time} ms: a timer is due earlier`);
    this.#now = time;
  }

  #removeFirst(): Timer {
    const first = this.#heap[0];
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** Moves the timers above a new last one down, until it is due no earlier than the one above it. */
  #rise(timer: Timer): void {
    let at = this.#heap.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isEarlier(timer, this.#heap[above])) break;
      this.#heap[at] = this.#heap[above];
      at = above;
    }
    this.#heap[at] = timer;
  }

  /** Puts a timer in the place of the first, and moves those that are due before it up. */
  #sink(timer: Timer): void {
    const count = this.#heap.length;
    let at = 0;
    for (let below = 1; below < count; below = 2 * at + 1) {
      if (below + 1 < count && isEarlier(this.#heap[below + 1], this.#heap[below])) below++;
      if (!isEarlier(this.#heap[below], timer)) break;
      this.#heap[at] = this.#heap[below];
      at = below;
    }
    this.#heap[at] = timer;
  }
}

function isEarlier(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** More turns than any chain of promises here needs; with too few, the twin in test/fleet asks differently. */
const TURNS = 8;

/** Lets the promises settle that a timer has resolved. */
export async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
