import { keyedHash, type Seed } from './keyed-hash.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Known, PresenceState } from './state.ts';

export interface PresenceMemoryOptions {
  /** Length of every key in 32-bit words. */
  readonly words: number;
  /** Maximum number of entries. */
  readonly entries: number;
  readonly seed: Seed;
  /** In ticks, see `lifetimesInTicks`. */
  readonly lifetimes: Lifetimes;
}

const MOST_ENTRIES = 2 ** 27;
const MOST_WORDS = 64;

/** How many used entries one insertion may spare before it evicts: this keeps eviction constant in time. */
export const SECOND_CHANCES = 8;

/** After the key's words, an entry holds four more: */
const META = 0;
const REFRESH_AT = 1;
const EXPIRES_AT = 2;
const NEXT = 3;
const FIXED_WORDS = 4;

/** META, from the low bits: 16 bits of space, 2 of state, 2 of uses, 1 for an answer that has an age. */
const SPACE_MASK = 0xffff;
const STATE_SHIFT = 16;
const USES_SHIFT = 18;
const ONE_USE = 1 << USES_SHIFT;
const USES_MASK = 3 << USES_SHIFT;
const SHARED = 1 << 20;

/**
 * An insertion is followed by one lookup by the same request. Only the next lookup counts as a use: otherwise every
 * entry would look used, and a flood of keys that are requested once would evict the popular ones.
 */
const USED = 2 << USES_SHIFT;

const PRESENT = 1;
const ABSENT = 2;
const UNKNOWN = 3;
const STATE_CODES = { present: PRESENT, absent: ABSENT, unknown: UNKNOWN } as const;

/** Links number slots from 1, so that zeroed arrays are empty chains. */
const NONE = -1;

/**
 * What is known about keys of one length, in flat arrays: no object per entry, nothing for the garbage collector to
 * traverse, exact keys, and an exact bound.
 *
 * A full memory evicts first in, first out, with a second chance for entries used since. Time is a number of ticks
 * below 2^32 that never decreases. Size and state of an entry live until it expires.
 */
export class PresenceMemory {
  readonly #words: number;
  readonly #stride: number;
  readonly #bound: number;
  readonly #seed: Seed;
  readonly #lifetimes: Lifetimes;
  readonly #records: Uint32Array;
  readonly #sizes: Float64Array;
  readonly #heads: Uint32Array;
  #count = 0;
  #hand = 0;
  /**
   * The last slot found: callers often ask again for the same entry. Slots are never emptied, so this one holds some
   * key.
   */
  #lastFound = NONE;
  #evictions = 0;

  /** @throws RangeError if `words` or `entries` is out of range, or the arrays cannot be allocated. */
  constructor({ words, entries, seed, lifetimes }: PresenceMemoryOptions) {
    requireWithin('a memory with words', words, 1, MOST_WORDS);
    requireWithin('a memory with entries', entries, 1, MOST_ENTRIES);
    this.#words = words;
    this.#stride = words + FIXED_WORDS;
    this.#bound = entries;
    this.#seed = seed;
    this.#lifetimes = lifetimes;
    this.#records = new Uint32Array(entries * this.#stride);
    this.#sizes = new Float64Array(entries);
    this.#heads = new Uint32Array(entries);
  }

  /** Number of entries, including expired ones; never above the bound. */
  get entries(): number {
    return this.#count;
  }

  /** Number of entries evicted before they expired. */
  get evictions(): number {
    return this.#evictions;
  }

  /** What is known at `tick`; marks the entry as used. Allocates nothing. */
  lookup(space: number, key: Uint32Array, tick: number): Known {
    const slot = this.#find(space, key);
    if (slot === NONE) return 'unasked';
    const known = this.#knownAt(slot, tick);
    if (known !== 'unasked') this.#use(slot);
    return known;
  }

  /** {@link lookup} without marking the entry as used. */
  peek(space: number, key: Uint32Array, tick: number): Known {
    const slot = this.#find(space, key);
    return slot === NONE ? 'unasked' : this.#knownAt(slot, tick);
  }

  /** Bytes, or −1 if no live entry states the size. */
  sizeOf(space: number, key: Uint32Array, tick: number): number {
    const slot = this.#find(space, key);
    if (slot === NONE || !this.#isLive(slot, tick)) return -1;
    return this.#sizes[slot];
  }

  /**
   * Records the outcome of a check. A definite answer replaces what was known. An `unknown` replaces neither a live
   * `present`, whose next check it postpones, nor a live `absent`.
   *
   * @param age ticks since the answer was given, if a cache kept it or another process got it: what is left of its
   * lifetime is that much shorter
   */
  learn(
    space: number,
    key: Uint32Array,
    state: PresenceState,
    size: number,
    tick: number,
    age?: number,
  ): void {
    const found = this.#find(space, key);
    if (found !== NONE && state === 'unknown' && this.#isLive(found, tick)) {
      const known = this.#stateCode(found);
      if (known === PRESENT) this.#putOffRefresh(found, tick);
      if (known !== UNKNOWN) return;
    }
    const slot = found === NONE ? this.#insert(space, key, tick) : found;
    this.#write(slot, state, size, tick, age ?? 0);
    if (age !== undefined) this.#records[this.#fixed(slot) + META] |= SHARED;
  }

  /** Whether the live answer has an age: a cache kept it, or another process got it. */
  isShared(space: number, key: Uint32Array, tick: number): boolean {
    const slot = this.#find(space, key);
    if (slot === NONE || !this.#isLive(slot, tick)) return false;
    return (this.#records[this.#fixed(slot) + META] & SHARED) !== 0;
  }

  /**
   * Forgets some spaces. Walks all entries.
   *
   * @param isForgotten nonzero at the number of each space to forget
   */
  forget(isForgotten: Uint8Array): void {
    for (let slot = 0; slot < this.#count; slot++) {
      const fixed = this.#fixed(slot);
      if (isForgotten[this.#records[fixed + META] & SPACE_MASK] !== 0)
        this.#records[fixed + EXPIRES_AT] = 0;
    }
  }

  #find(space: number, key: Uint32Array): number {
    const last = this.#lastFound;
    if (last !== NONE && this.#holds(last, space, key)) return last;
    const bucket = this.#bucketOf(space, key, 0);
    let slot = this.#heads[bucket] - 1;
    while (slot !== NONE && !this.#holds(slot, space, key)) {
      slot = this.#records[this.#fixed(slot) + NEXT] - 1;
    }
    if (slot !== NONE) this.#lastFound = slot;
    return slot;
  }

  #holds(slot: number, space: number, key: Uint32Array): boolean {
    const start = slot * this.#stride;
    const words = this.#words;
    if ((this.#records[start + words + META] & SPACE_MASK) !== space) return false;
    for (let word = 0; word < words; word++) {
      if (this.#records[start + word] !== key[word]) return false;
    }
    return true;
  }

  #insert(space: number, key: Uint32Array, tick: number): number {
    const slot = this.#count < this.#bound ? this.#count++ : this.#evict(tick);
    const bucket = this.#bucketOf(space, key, 0);
    const fixed = this.#fixed(slot);
    for (let word = 0; word < this.#words; word++) {
      this.#records[slot * this.#stride + word] = key[word];
    }
    this.#records[fixed + META] = space;
    this.#records[fixed + NEXT] = this.#heads[bucket];
    this.#heads[bucket] = slot + 1;
    return slot;
  }

  #evict(tick: number): number {
    for (let spared = 0; spared < SECOND_CHANCES && this.#isSpared(this.#hand, tick); spared++) {
      this.#records[this.#fixed(this.#hand) + META] -= ONE_USE;
      this.#advance();
    }
    const slot = this.#hand;
    this.#advance();
    if (this.#isLive(slot, tick)) this.#evictions++;
    this.#unlink(slot);
    return slot;
  }

  #isSpared(slot: number, tick: number): boolean {
    const used = (this.#records[this.#fixed(slot) + META] & USES_MASK) === USED;
    return used && this.#isLive(slot, tick);
  }

  #advance(): void {
    this.#hand = this.#hand + 1 === this.#bound ? 0 : this.#hand + 1;
  }

  #unlink(slot: number): void {
    const start = slot * this.#stride;
    const space = this.#records[start + this.#words + META] & SPACE_MASK;
    const bucket = this.#bucketOf(space, this.#records, start);
    const next = this.#records[this.#fixed(slot) + NEXT];
    if (this.#heads[bucket] === slot + 1) {
      this.#heads[bucket] = next;
      return;
    }
    let before = this.#heads[bucket] - 1;
    while (this.#records[this.#fixed(before) + NEXT] !== slot + 1) {
      before = this.#records[this.#fixed(before) + NEXT] - 1;
    }
    this.#records[this.#fixed(before) + NEXT] = next;
  }

  #write(slot: number, state: PresenceState, size: number, tick: number, age: number): void {
    const { presentFor, absentFor, unknownFor } = this.#lifetimes;
    const fixed = this.#fixed(slot);
    const kept = this.#records[fixed + META] & (SPACE_MASK | USES_MASK);
    const lifetime =
      state === 'present' ? 2 * presentFor : state === 'absent' ? absentFor : unknownFor;
    this.#records[fixed + META] = kept | (STATE_CODES[state] << STATE_SHIFT);
    this.#records[fixed + REFRESH_AT] = tick + Math.max(0, presentFor - age);
    this.#records[fixed + EXPIRES_AT] = tick + Math.max(0, lifetime - age);
    this.#sizes[slot] = size >= 0 ? size : -1;
  }

  #putOffRefresh(slot: number, tick: number): void {
    const at = this.#fixed(slot) + REFRESH_AT;
    this.#records[at] = Math.max(this.#records[at], tick + this.#lifetimes.unknownFor);
  }

  #use(slot: number): void {
    const at = this.#fixed(slot) + META;
    if ((this.#records[at] & USES_MASK) !== USED) this.#records[at] += ONE_USE;
  }

  #knownAt(slot: number, tick: number): Known {
    if (!this.#isLive(slot, tick)) return 'unasked';
    const code = this.#stateCode(slot);
    if (code === ABSENT) return 'absent';
    if (code === UNKNOWN) return 'unknown';
    return tick < this.#records[this.#fixed(slot) + REFRESH_AT] ? 'present' : 'stale';
  }

  #isLive(slot: number, tick: number): boolean {
    return tick < this.#records[this.#fixed(slot) + EXPIRES_AT];
  }

  #stateCode(slot: number): number {
    return (this.#records[this.#fixed(slot) + META] >>> STATE_SHIFT) & 3;
  }

  #fixed(slot: number): number {
    return slot * this.#stride + this.#words;
  }

  #bucketOf(space: number, words: Uint32Array, start: number): number {
    return keyedHash(this.#seed, space, words, start, this.#words) % this.#bound;
  }
}

/** @throws RangeError if the value is not an integer of this range. */
export function requireWithin(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `cannot use ${name} "${value}": must be an integer from ${least} to ${most}`,
    );
  }
}
