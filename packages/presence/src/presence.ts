import { Asking } from './asking.ts';
import { Checks, type Check, type PresenceKey } from './checks.ts';
import type { Clock } from './clock.ts';
import type { KeyCodec } from './keys.ts';
import type { Seed } from './keyed-hash.ts';
import type { Lifetimes } from './lifetimes.ts';
import { requireWithin } from './memory.ts';
import { Remembered } from './remembered.ts';
import type { CheckResult, Known } from './state.ts';

export interface PresenceLimits {
  readonly lifetimes: Lifetimes;
  /** Maximum time that one request waits, over all spaces, including late ones; milliseconds. */
  readonly budget: number;
  /** After this time without an answer, the next space is asked too; milliseconds. */
  readonly hedge: number;
  /** Maximum number of spaces to check for one request. */
  readonly atMost: number;
  /** Maximum number of concurrent checks per space; beyond it, the answer is unknown at once. */
  readonly inFlight: number;
}

export interface PresenceOptions<Key extends PresenceKey> extends Partial<PresenceLimits> {
  /** Spaces are numbered from 0 to `spaces` − 1; at most 65536. An unused space costs nothing. */
  readonly spaces: number;
  readonly keys: KeyCodec<Key>;
  /** Must settle eventually: until then it occupies one of the `inFlight` places. A rejection means unknown. */
  readonly check: Check<Key>;
  readonly clock: Clock;
  /** Secret and random, so that clients cannot choose keys that are slow to find. */
  readonly seed: Seed;
}

export const PRESENCE_DEFAULTS: PresenceLimits = Object.freeze({
  lifetimes: Object.freeze({
    presentFor: 24 * 60 * 60 * 1000,
    absentFor: 10 * 60 * 1000,
    unknownFor: 10 * 1000,
  }),
  budget: 500,
  hedge: 100,
  atMost: 3,
  inFlight: 64,
});

const MOST_SPACES = 2 ** 16;

/**
 * Answers whether a key exists in a space: known answers synchronously from memory, others with shared checks within a
 * budget.
 */
export class Presence<Key extends PresenceKey> {
  readonly #options: PresenceOptions<Key> & PresenceLimits;
  readonly #remembered: Remembered<Key>;
  readonly #checks: Checks<Key>;

  /**
   * @param remembered memory of another presence; its own by default
   * @throws RangeError if a number is out of range, or the memory cannot be allocated.
   */
  constructor(options: PresenceOptions<Key>, remembered?: Remembered<Key>) {
    const limits = { ...PRESENCE_DEFAULTS, ...options };
    requireWithin('spaces', options.spaces, 1, MOST_SPACES);
    requireWithin('atMost', limits.atMost, 1, MOST_SPACES);
    requireWithin('inFlight', limits.inFlight, 1, MOST_SPACES);
    requireDuration('budget', limits.budget);
    requireDuration('hedge', limits.hedge);
    this.#options = limits;
    this.#remembered = remembered ?? new Remembered(limits);
    this.#checks = new Checks<Key>({
      check: options.check,
      clock: options.clock,
      budget: limits.budget,
      inFlight: limits.inFlight,
      late: this.#remembered.late,
      learn: (space, key, result) => this.#remembered.learn(space, key, result),
    });
  }

  /**
   * A presence over the same memory with checks of its own, for a platform where a request must not wait for another
   * request's promises and timers (Cloudflare Workers): it joins no check of another presence, and counts only its own
   * against `inFlight`. What either learns, both know, lateness included. It costs a few objects, so that each request
   * can have one.
   */
  withOwnChecks(check: Check<Key>): Presence<Key> {
    return new Presence({ ...this.#options, check }, this.#remembered);
  }

  /** Number of entries over all classes, including expired ones. */
  get entries(): number {
    return this.#remembered.entries;
  }

  /** Number of entries evicted before they expired. */
  get evictions(): number {
    return this.#remembered.evictions;
  }

  /** Number of checks refused because too many were in flight in their space. */
  get refused(): number {
    return this.#checks.refused;
  }

  /** Number of checks in flight in a space. */
  inFlight(space: number): number {
    return this.#checks.inFlight(space);
  }

  /** Whether a space is late: requests do not wait for it, because a check went unanswered for the budget. */
  isLate(space: number): boolean {
    return this.#checks.isLate(space);
  }

  /**
   * What memory knows; marks the entry as used. Synchronous, allocates nothing.
   *
   * @throws RangeError if there is no such space.
   */
  lookup(space: number, key: Key): Known {
    this.#requireSpace(space);
    return this.#remembered.lookup(space, key);
  }

  /**
   * Bytes, or −1 if memory does not know.
   *
   * @throws RangeError if there is no such space.
   */
  sizeOf(space: number, key: Key): number {
    this.#requireSpace(space);
    return this.#remembered.sizeOf(space, key);
  }

  /**
   * Whether another process got what memory knows, or a cache kept it: the result had an age.
   *
   * @throws RangeError if there is no such space.
   */
  isShared(space: number, key: Key): boolean {
    this.#requireSpace(space);
    return this.#remembered.isShared(space, key);
  }

  /**
   * Asks the spaces, in order, for what memory does not know. Resolves when one has the key, when none has, or when the
   * budget is spent, and never rejects; the caller then looks up again.
   *
   * @param budget milliseconds, if the request has less than the whole budget left
   * @throws RangeError if there is no such space.
   */
  ask(spaces: readonly number[], key: Key, budget = this.#options.budget): Promise<void> {
    const { clock, hedge, atMost } = this.#options;
    for (const space of spaces) this.#requireSpace(space);
    return new Asking(spaces, {
      clock,
      budget: Math.min(budget, this.#options.budget),
      hedge,
      atMost,
      known: (space) => this.#remembered.peek(space, key),
      begin: (space, waiter) => this.#checks.begin(space, key, waiter),
    }).start();
  }

  /**
   * Starts or joins one check in the background; no request waits for it.
   *
   * @throws RangeError if there is no such space.
   */
  check(space: number, key: Key): void {
    this.#requireSpace(space);
    if (this.#remembered.fits(key)) this.#checks.begin(space, key);
  }

  /**
   * Records a result that was found elsewhere, as if it had been checked here.
   *
   * @throws RangeError if there is no such space.
   */
  learn(space: number, key: Key, result: CheckResult): void {
    this.#requireSpace(space);
    if (this.#remembered.fits(key)) this.#remembered.learn(space, key, result);
  }

  /**
   * Forgets some spaces, so that their numbers can be reused. Walks the whole memory.
   *
   * @throws RangeError if there is no such space.
   */
  forget(spaces: readonly number[]): void {
    const isForgotten = new Uint8Array(MOST_SPACES);
    for (const space of spaces) {
      this.#requireSpace(space);
      isForgotten[space] = 1;
      this.#checks.forget(space);
    }
    this.#remembered.forget(isForgotten);
  }

  #requireSpace(space: number): void {
    requireWithin('space', space, 0, this.#options.spaces - 1);
  }
}

function requireDuration(name: string, milliseconds: number): void {
  if (!(milliseconds > 0 && Number.isFinite(milliseconds))) {
    throw new RangeError(`cannot use ${name} "${milliseconds}": must be milliseconds above 0`);
  }
}
