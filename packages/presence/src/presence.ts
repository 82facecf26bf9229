import { Asking } from './asking.ts';
import { Checks, type Check, type PresenceKey } from './checks.ts';
import type { Clock } from './clock.ts';
import type { KeyCodec } from './keys.ts';
import type { Seed } from './keyed-hash.ts';
import { lifetimesInTicks, MILLISECONDS_PER_TICK, type Lifetimes } from './lifetimes.ts';
import { PresenceMemory } from './memory.ts';
import type { CheckResult, Known } from './state.ts';

export interface PresenceLimits {
  readonly lifetimes: Lifetimes;
  /** Milliseconds that one request waits at most, over all spaces; also when a space is late. */
  readonly budget: number;
  /** Milliseconds without an answer after which the next space is asked too. */
  readonly hedge: number;
  /** How many spaces are checked for one request. */
  readonly atMost: number;
  /** How many checks may be under way in one space; beyond that the answer is unknown at once. */
  readonly inFlight: number;
}

export interface PresenceOptions<Key extends PresenceKey> extends Partial<PresenceLimits> {
  /** Spaces are numbered from 0 to `spaces` − 1; at most 65536. One that is never asked costs nothing. */
  readonly spaces: number;
  readonly keys: KeyCodec<Key>;
  /** Must settle at some time: until then it holds one of the `inFlight` places. A rejection is unknown. */
  readonly check: Check<Key>;
  readonly clock: Clock;
  /** Secret and random, so that no client can choose keys that are slow to find. */
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

/** Is the key there? Known answers synchronously from memory, others by shared checks within a budget. */
export class Presence<Key extends PresenceKey> {
  readonly #limits: PresenceLimits;
  readonly #spaces: number;
  readonly #keys: KeyCodec<Key>;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #memories: readonly PresenceMemory[];
  readonly #words: readonly Uint32Array[];
  readonly #checks: Checks<Key>;
  /** One request asks for the same key again and again: the key whose words are written, and its class. */
  #writtenKey: Key | undefined;
  #writtenClass = -1;

  /** @throws RangeError if a number is out of its range, or the memory cannot be allocated. */
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

  /** Entries held over all classes, expired ones included. */
  get entries(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.entries, 0);
  }

  /** Entries dropped before they expired, to make room. */
  get evictions(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.evictions, 0);
  }

  /** Checks that were not begun because too many were under way in their space. */
  get refused(): number {
    return this.#checks.refused;
  }

  /** Checks under way in a space. */
  inFlight(space: number): number {
    return this.#checks.inFlight(space);
  }

  /** Whether nobody waits for a space, because a check on it went unanswered for the budget. */
  isLate(space: number): boolean {
    return this.#checks.isLate(space);
  }

  /**
   * What memory says; marks the entry as used. Synchronous, allocates nothing.
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
   * Bytes, or −1 where memory does not say.
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
   * Asks the spaces, in order, what memory cannot say. Resolves when one has the key, when none has, or
   * when the budget is spent, and never rejects; the caller then looks up again.
   *
   * @throws RangeError if there is no such space.
   */
  ask(spaces: readonly number[], key: Key): Promise<void> {
    for (const space of spaces) this.#requireSpace(space);
    return new Asking(spaces, {
      clock: this.#clock,
      budget: this.#limits.budget,
      hedge: this.#limits.hedge,
      atMost: this.#limits.atMost,
      known: (space) => this.#peek(space, key),
      begin: (space, waiter) => this.#checks.begin(space, key, waiter),
    }).start();
  }

  /**
   * Begins or joins one check behind the answer; nobody waits for it.
   *
   * @throws RangeError if there is no such space.
   */
  check(space: number, key: Key): void {
    this.#requireSpace(space);
    if (this.#keys.classOf(key) >= 0) this.#checks.begin(space, key);
  }

  /**
   * Takes in what somebody else found out about a key, as if it had been checked here.
   *
   * @throws RangeError if there is no such space.
   */
  learn(space: number, key: Key, result: CheckResult): void {
    this.#requireSpace(space);
    if (this.#keys.classOf(key) >= 0) this.#learn(space, key, result);
  }

  /**
   * Forgets all about some spaces, so that they can be used for something else. Walks the whole memory.
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
    if (space >>> 0 !== space || space >= this.#spaces) {
      throw new RangeError(
        `cannot use space "${space}": must be an integer from 0 to ${this.#spaces - 1}`,
      );
    }
  }

  #tick(): number {
    return Math.floor((this.#clock.now() - this.#origin) / MILLISECONDS_PER_TICK);
  }
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `cannot use ${name} "${value}": must be an integer from ${least} to ${most}`,
    );
  }
}

function requireDuration(name: string, milliseconds: number): void {
  if (!(milliseconds > 0 && Number.isFinite(milliseconds))) {
    throw new RangeError(`cannot use ${name} "${milliseconds}": must be milliseconds above 0`);
  }
}
