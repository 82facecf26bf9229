/**
 * A set of 64-bit keys in about 9 bits each. It never misses a key that it contains, and reports 1 in 256 other keys as
 * possibly contained.
 *
 * Source: T. M. Graf and D. Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters" (2022), with three
 * segments and 8-bit fingerprints.
 */
export interface BinaryFuse {
  /** Number of distinct keys. */
  readonly count: number;
  readonly seed: number;
  /** A power of two. */
  readonly segmentLength: number;
  /** Their number is `(segmentCount + 2) * segmentLength`. */
  readonly segmentCount: number;
  readonly fingerprints: Uint8Array;
}

/** Longer segments would not make the filter smaller. */
const LONGEST_SEGMENT = 2 ** 18;
const GOLDEN = 0x9e3779b9;

/** MurmurHash3's finalizer: every input bit affects half of the output bits. Bijective. */
function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The slots of a key (high, low) in a filter, and its fingerprint. Reused, so that a lookup allocates nothing. */
class Slots {
  first = 0;
  second = 0;
  third = 0;
  fingerprint = 0;

  of(seed: number, high: number, low: number, segmentLength: number, segmentCount: number): void {
    // Of these three words, the first two are a bijection of the key, so that no seed merges two keys.
    const one = mix(high ^ mix((low + seed) | 0));
    const two = mix((low ^ one) + GOLDEN);
    const three = mix(one + Math.imul(two, GOLDEN) + seed);
    const mask = segmentLength - 1;
    this.first = Math.floor(((one >>> 0) * segmentCount * segmentLength) / 2 ** 32);
    this.second = (this.first + segmentLength) ^ (two & mask);
    this.third = (this.first + 2 * segmentLength) ^ (three & mask);
    this.fingerprint = three >>> 24;
  }
}

/** Removes duplicate keys. @param keys in any order; sorted in place */
function different(keys: BigUint64Array): BigUint64Array {
  keys.sort();
  let count = 0;
  for (let at = 0; at < keys.length; at++)
    if (at === 0 || keys[at] !== keys[at - 1]) keys[count++] = keys[at];
  return keys.subarray(0, count);
}

function shapeOf(count: number): { segmentLength: number; segmentCount: number } {
  if (count < 2) return { segmentLength: 4, segmentCount: 1 };
  const exponent = Math.floor(Math.log(count) / Math.log(3.33) + 2.25);
  const segmentLength = Math.min(2 ** exponent, LONGEST_SEGMENT);
  const factor = Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(count));
  const segments = Math.ceil(Math.round(count * factor) / segmentLength);
  return { segmentLength, segmentCount: Math.max(1, segments - 2) };
}

/** Buffers, reused for successive attempts. */
class Peeling {
  readonly #words: Uint32Array;
  readonly #slots = new Slots();
  /** For each slot, the number of unpeeled keys in it, and the exclusive or of their indexes. */
  readonly #counts: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #queue: Uint32Array;
  /** Keys in peeling order, and the slot in which each was alone. */
  readonly #peeled: Uint32Array;
  readonly #alone: Uint32Array;
  readonly #segmentLength: number;
  readonly #segmentCount: number;

  constructor(keys: BigUint64Array, segmentLength: number, segmentCount: number) {
    const size = (segmentCount + 2) * segmentLength;
    // As halves: 64-bit arithmetic is ten times slower.
    this.#words = new Uint32Array(2 * keys.length);
    keys.forEach((key, number) => {
      this.#words[2 * number] = Number(key >> 32n);
      this.#words[2 * number + 1] = Number(key & 0xffffffffn);
    });
    this.#counts = new Uint32Array(size);
    this.#numbers = new Uint32Array(size);
    this.#queue = new Uint32Array(size);
    this.#peeled = new Uint32Array(keys.length);
    this.#alone = new Uint32Array(keys.length);
    this.#segmentLength = segmentLength;
    this.#segmentCount = segmentCount;
  }

  /** Deterministic for a set of keys. */
  get firstSeed(): number {
    return this.#words.reduce((seed, word) => mix((seed + word) | 0), 0) >>> 0;
  }

  /** The fingerprints for this seed; undefined if the keys cannot be peeled with it. */
  attempt(seed: number): Uint8Array | undefined {
    this.#counts.fill(0);
    this.#numbers.fill(0);
    const keys = this.#peeled.length;
    for (let number = 0; number < keys; number++) this.#change(seed, number, 1);
    let queued = 0;
    this.#counts.forEach((count, slot) => {
      if (count === 1) this.#queue[queued++] = slot;
    });
    let peeled = 0;
    while (queued > 0) {
      const slot = this.#queue[--queued];
      if (this.#counts[slot] !== 1) continue;
      const number = this.#numbers[slot];
      this.#peeled[peeled] = number;
      this.#alone[peeled++] = slot;
      this.#change(seed, number, -1);
      const { first, second, third } = this.#slots;
      // A slot becomes single once, so the queue cannot outgrow the slots.
      if (this.#counts[first] === 1) this.#queue[queued++] = first;
      if (this.#counts[second] === 1) this.#queue[queued++] = second;
      if (this.#counts[third] === 1) this.#queue[queued++] = third;
    }
    return peeled === keys ? this.#fingerprints(seed) : undefined;
  }

  /** In reverse order: the slot in which a key was alone is used only by keys that were peeled before it. */
  #fingerprints(seed: number): Uint8Array {
    const fingerprints = new Uint8Array(this.#counts.length);
    for (let at = this.#peeled.length - 1; at >= 0; at--) {
      this.#find(seed, this.#peeled[at]);
      const { first, second, third, fingerprint } = this.#slots;
      // Its own slot is still zero.
      fingerprints[this.#alone[at]] =
        fingerprint ^ fingerprints[first] ^ fingerprints[second] ^ fingerprints[third];
    }
    return fingerprints;
  }

  #find(seed: number, number: number): void {
    this.#slots.of(
      seed,
      this.#words[2 * number],
      this.#words[2 * number + 1],
      this.#segmentLength,
      this.#segmentCount,
    );
  }

  #change(seed: number, number: number, by: 1 | -1): void {
    this.#find(seed, number);
    const { first, second, third } = this.#slots;
    this.#counts[first] += by;
    this.#counts[second] += by;
    this.#counts[third] += by;
    this.#numbers[first] ^= number;
    this.#numbers[second] ^= number;
    this.#numbers[third] ^= number;
  }
}

/**
 * Builds a filter from 64-bit keys, which should be nearly random. A set of keys produces the same filter in any order
 * and with any duplicates. Building takes about 40 bytes per key.
 *
 * @param keys sorted in place, and unusable afterwards
 */
export function buildBinaryFuse(keys: BigUint64Array): BinaryFuse {
  const set = different(keys);
  const shape = shapeOf(set.length);
  const peeling = new Peeling(set, shape.segmentLength, shape.segmentCount);
  const { firstSeed } = peeling;
  for (let attempt = 0; ; attempt++) {
    const seed = mix(firstSeed + attempt) >>> 0;
    const fingerprints = peeling.attempt(seed);
    if (fingerprints !== undefined) return { count: set.length, seed, ...shape, fingerprints };
  }
}

const LOOKED_UP = new Slots();

/**
 * Whether the filter may contain the key; false is certain. Allocates nothing. @param high,low its halves, 32 bits each
 */
export function mayContain(filter: BinaryFuse, high: number, low: number): boolean {
  const { fingerprints, seed, segmentLength, segmentCount } = filter;
  LOOKED_UP.of(seed, high, low, segmentLength, segmentCount);
  const { first, second, third, fingerprint } = LOOKED_UP;
  return (fingerprint ^ fingerprints[first] ^ fingerprints[second] ^ fingerprints[third]) === 0;
}
