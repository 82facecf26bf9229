import { Asking } from './asking.ts';
import { Checks, type Check, type PresenceKey } from './checks.ts';
import type { Clock } from './clock.ts';
import type { KeyCodec } from './keys.ts';
import type { Seed } from './keyed-hash.ts';
import { lifetimesInTicks, MILLISECONDS_PER_TICK, type Lifetimes } from './lifetimes.ts';
import { PresenceMemory, requireWithin } from './memory.ts';
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
  readonly #limits: PresenceLimits;
  readonly #spaces: number;
  readonly #keys: KeyCodec<Key>;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #memories: readonly PresenceMemory[];
  readonly #words: readonly Uint32Array[];
  readonly #checks: Checks<Key>;
  /** The key whose words are written, and its class: one request asks for the same key repeatedly. */
  #writtenKey: Key | undefined;
  #writtenClass = -1;

  /** @throws RangeError if a number is out of range, or the memory cannot be allocated. */
  constructor(options: PresenceOptions<Key>) {
    const limits = { ...PRESENCE_DEFAULTS, ...options };
    requireWithin('spaces', options.spaces, 1, MOST_SPACES);
    requireWithin('atMost', limits.atMost, 1, MOST_SPACES);
    requireWithin('inFlight', limits.inFlight, 1, MOST_SPACES);
    requireDuration('budget', limits.budget);
    requireDuration('hedge', limits.hedge);
    const lifetimes = lifetimesInTicks(limits.lifetimes);
    const { keys, seed, clock, check } = options;
    this.#limits = limits;
    this.#spaces = options.spaces;
    this.#keys = keys;
    this.#clock = clock;
    this.#origin = clock.now();
    this.#memories = keys.classes.map(
      ({ words, entries }) => new PresenceMemory({ words, entries, seed, lifetimes }),
    );
    this.#words = keys.classes.map(({ words }) => new Uint32Array(words));
    this.#checks = new Checks<Key>({
      check,
      clock,
      budget: limits.budget,
      inFlight: limits.inFlight,
      learn: (space, key, result) => this.#learn(space, key, result),
    });
  }

  /** Number of entries over all classes, including expired ones. */
  get entries(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.entries, 0);
  }

  /** Number of entries evicted before they expired. */
  get evictions(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.evictions, 0);
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
    const memory = this.#recall(key);
    if (memory < 0) return 'unasked';
    return this.#memories[memory].lookup(space, this.#words[memory], this.#tick());
  }

  /**
   * Bytes, or −1 if memory does not know.
   *
   * @throws RangeError if there is no such space.
   */
  sizeOf(space: number, key: Key): number {
    this.#requireSpace(space);
    const memory = this.#recall(key);
    if (memory < 0) return -1;
    return this.#memories[memory].sizeOf(space, this.#words[memory], this.#tick());
  }

  /**
   * Asks the spaces, in order, for what memory does not know. Resolves when one has the key, when none has, or when the
   * budget is spent, and never rejects; the caller then looks up again.
   *
   * @param budget milliseconds, if the request has less than the whole budget left
   * @throws RangeError if there is no such space.
   */
  ask(spaces: readonly number[], key: Key, budget = this.#limits.budget): Promise<void> {
    for (const space of spaces) this.#requireSpace(space);
    return new Asking(spaces, {
      clock: this.#clock,
      budget: Math.min(budget, this.#limits.budget),
      hedge: this.#limits.hedge,
      atMost: this.#limits.atMost,
      known: (space) => this.#peek(space, key),
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
    if (this.#keys.classOf(key) >= 0) this.#checks.begin(space, key);
  }

  /**
   * Records a result that was found elsewhere, as if it had been checked here.
   *
   * @throws RangeError if there is no such space.
   */
  learn(space: number, key: Key, result: CheckResult): void {
    this.#requireSpace(space);
    if (this.#keys.classOf(key) >= 0) this.#learn(space, key, result);
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
    for (const memory of this.#memories) memory.forget(isForgotten);
  }

  #peek(space: number, key: Key): Known {
    const memory = this.#recall(key);
    if (memory < 0) return 'unknown';
    return this.#memories[memory].peek(space, this.#words[memory], this.#tick());
  }

  #learn(space: number, key: Key, { state, size }: CheckResult): void {
    const memory = this.#recall(key);
    this.#memories[memory].learn(space, this.#words[memory], state, size, this.#tick());
  }

  /** Writes the key's words where its memory reads them; returns the key's class, or −1. */
  #recall(key: Key): number {
    if (key === this.#writtenKey) return this.#writtenClass;
    const index = this.#keys.classOf(key);
    if (index < 0) return index;
    this.#writtenKey = undefined;
    this.#keys.write(key, this.#words[index]);
    this.#writtenKey = key;
    this.#writtenClass = index;
    return index;
  }

  #requireSpace(space: number): void {
    requireWithin('space', space, 0, this.#spaces - 1);
  }

  #tick(): number {
    return Math.floor((this.#clock.now() - this.#origin) / MILLISECONDS_PER_TICK);
  }
}

function requireDuration(name: string, milliseconds: number): void {
  if (!(milliseconds > 0 && Number.isFinite(milliseconds))) {
    throw new RangeError(`cannot use ${name} "${milliseconds}": must be milliseconds above 0`);
  }
}
