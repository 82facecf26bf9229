import type { Clock } from './clock.ts';
import type { KeyCodec } from './keys.ts';
import type { Seed } from './keyed-hash.ts';
import { lifetimesInTicks, MILLISECONDS_PER_TICK, type Lifetimes } from './lifetimes.ts';
import { PresenceMemory } from './memory.ts';
import type { CheckResult, Known } from './state.ts';

export interface RememberedOptions<Key> {
  readonly keys: KeyCodec<Key>;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly lifetimes: Lifetimes;
}

/** What is known about keys of all classes: one memory per class, and the time. Holds no promise and no timer. */
export class Remembered<Key> {
  /** Spaces that requests do not wait for, because a check went unanswered for the budget. */
  readonly late = new Set<number>();
  readonly #keys: KeyCodec<Key>;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #memories: readonly PresenceMemory[];
  readonly #words: readonly Uint32Array[];
  /** The key whose words are written, and its class: one request asks for the same key repeatedly. */
  #writtenKey: Key | undefined;
  #writtenClass = -1;

  /** @throws RangeError if a number is out of range, or the memory cannot be allocated. */
  constructor({ keys, clock, seed, lifetimes }: RememberedOptions<Key>) {
    const inTicks = lifetimesInTicks(lifetimes);
    this.#keys = keys;
    this.#clock = clock;
    this.#origin = clock.now();
    this.#memories = keys.classes.map(
      ({ words, entries }) => new PresenceMemory({ words, entries, seed, lifetimes: inTicks }),
    );
    this.#words = keys.classes.map(({ words }) => new Uint32Array(words));
  }

  get entries(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.entries, 0);
  }

  get evictions(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.evictions, 0);
  }

  /** Whether the key can be remembered. */
  fits(key: Key): boolean {
    return this.#keys.classOf(key) >= 0;
  }

  /** What is known; marks the entry as used. Allocates nothing. */
  lookup(space: number, key: Key): Known {
    const memory = this.#recall(key);
    if (memory < 0) return 'unasked';
    return this.#memories[memory].lookup(space, this.#words[memory], this.#tick());
  }

  /** {@link lookup} without marking the entry as used; a key that cannot be remembered is unknown. */
  peek(space: number, key: Key): Known {
    const memory = this.#recall(key);
    if (memory < 0) return 'unknown';
    return this.#memories[memory].peek(space, this.#words[memory], this.#tick());
  }

  /** Bytes, or −1. */
  sizeOf(space: number, key: Key): number {
    const memory = this.#recall(key);
    if (memory < 0) return -1;
    return this.#memories[memory].sizeOf(space, this.#words[memory], this.#tick());
  }

  /** Whether a cache kept what is known, or another process got it. */
  isShared(space: number, key: Key): boolean {
    const memory = this.#recall(key);
    return memory >= 0 && this.#memories[memory].isShared(space, this.#words[memory], this.#tick());
  }

  /** Records a result about a key that fits. */
  learn(space: number, key: Key, { state, size, age }: CheckResult): void {
    const memory = this.#recall(key);
    const ticks =
      age === undefined ? undefined : Math.ceil(Math.max(0, age) / MILLISECONDS_PER_TICK);
    this.#memories[memory].learn(space, this.#words[memory], state, size, this.#tick(), ticks);
  }

  /** @param isForgotten nonzero at the number of each space to forget */
  forget(isForgotten: Uint8Array): void {
    for (const memory of this.#memories) memory.forget(isForgotten);
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

  #tick(): number {
    return Math.floor((this.#clock.now() - this.#origin) / MILLISECONDS_PER_TICK);
  }
}
