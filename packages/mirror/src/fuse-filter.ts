/**
 * A set of digests in about nine bits each, that can say of a digest that it is surely not in it: a binary fuse filter
 * of three segments with fingerprints of eight bits (Graf and Lemire, "Binary Fuse Filters", 2022). Of digests that
 * are not in it, one in 256 cannot be told.
 */
export interface FuseFilter {
  readonly seed: number;
  /** A power of two. */
  readonly segmentLength: number;
  readonly segmentCount: number;
  /** (segmentCount + 2) × segmentLength of them. */
  readonly fingerprints: Uint8Array;
}

const ARITY = 3;
const ATTEMPTS = 100;
const HEX = /^(?:sha256|sha512):([0-9a-f]{32})/;

/** Words of a digest that has hashed its content already: they need no hashing, only mixing with a seed. */
function wordsOf(digest: string): readonly [number, number, number] | undefined {
  const [, hex] = HEX.exec(digest) ?? [];
  if (hex === undefined) return undefined;
  return [
    Number.parseInt(hex.slice(0, 8), 16),
    Number.parseInt(hex.slice(8, 16), 16),
    Number.parseInt(hex.slice(16, 24), 16) ^ Number.parseInt(hex.slice(24, 32), 16),
  ];
}

/** MurmurHash3's finalizer: every bit of the result hangs on every bit of the word. */
function mix(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Where a digest's three cells are, and its fingerprint. */
function cellsOf(
  [first, second, third]: readonly [number, number, number],
  { seed, segmentLength, segmentCount }: Omit<FuseFilter, 'fingerprints'>,
): readonly [number, number, number, number] {
  const start = Math.floor((mix(first ^ seed) / 2 ** 32) * segmentCount * segmentLength);
  const [offsets, rest] = [mix(second ^ seed), mix(third ^ seed)];
  const mask = segmentLength - 1;
  return [
    start,
    (start + segmentLength) ^ (offsets & mask),
    (start + 2 * segmentLength) ^ ((rest >>> 8) & mask),
    rest & 0xff,
  ];
}

/** Whether the digest is surely not in the set. */
export function isSurelyAbsent(filter: FuseFilter, digest: string): boolean {
  const words = wordsOf(digest);
  if (words === undefined) return false;
  const [a, b, c, fingerprint] = cellsOf(words, filter);
  const { fingerprints } = filter;
  return (fingerprints[a] ^ fingerprints[b] ^ fingerprints[c]) !== fingerprint;
}

function shapeFor(count: number): Pick<FuseFilter, 'segmentLength' | 'segmentCount'> {
  const size = Math.max(count, 2);
  const exponent = Math.floor(Math.log(size) / Math.log(3.33) + 2.25);
  const segmentLength = 2 ** Math.min(exponent, 18);
  const factor = Math.max(1.125, 0.875 + (0.25 * Math.log(1e6)) / Math.log(size));
  const segments = Math.ceil((size * factor) / segmentLength);
  return { segmentLength, segmentCount: Math.max(1, segments - (ARITY - 1)) };
}

/**
 * Makes the filter of these digests; of those whose algorithm is not SHA-2 it can never say that they are absent.
 *
 * @param seed any number; the same digests and seed give the same filter
 * @throws RangeError if no filter is found, which does not happen
 */
export function makeFuseFilter(digests: Iterable<string>, seed = 1): FuseFilter {
  const keys = [...new Set(digests)].flatMap((digest) => {
    const words = wordsOf(digest);
    return words === undefined ? [] : [words];
  });
  const shape = shapeFor(keys.length);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = tryMake(keys, { ...shape, seed: mix(seed + attempt) });
    if (found !== undefined) return found;
  }
  throw new RangeError(`cannot make a filter of ${keys.length} digests`);
}

/** Takes digests away that are alone in a cell, until none is left; then fills the cells in the other order. */
function tryMake(
  keys: readonly (readonly [number, number, number])[],
  shape: Omit<FuseFilter, 'fingerprints'>,
): FuseFilter | undefined {
  const cells = (shape.segmentCount + ARITY - 1) * shape.segmentLength;
  const counts = new Uint32Array(cells);
  const sums = new Uint32Array(cells);
  const add = (key: number, change: number): void => {
    const at = cellsOf(keys[key], shape);
    for (let which = 0; which < ARITY; which++) {
      counts[at[which]] += change;
      sums[at[which]] ^= key;
    }
  };
  keys.forEach((_, key) => add(key, 1));
  const alone: number[] = [];
  counts.forEach((count, cell) => {
    if (count === 1) alone.push(cell);
  });
  const order: (readonly [key: number, cell: number])[] = [];
  for (let cell = alone.pop(); cell !== undefined; cell = alone.pop()) {
    if (counts[cell] !== 1) continue;
    const key = sums[cell];
    order.push([key, cell]);
    add(key, -1);
    const at = cellsOf(keys[key], shape);
    for (let which = 0; which < ARITY; which++) if (counts[at[which]] === 1) alone.push(at[which]);
  }
  if (order.length < keys.length) return undefined;
  const fingerprints = new Uint8Array(cells);
  for (const [key, cell] of order.toReversed()) {
    const [a, b, c, fingerprint] = cellsOf(keys[key], shape);
    // The cell itself is still empty.
    fingerprints[cell] = fingerprint ^ fingerprints[a] ^ fingerprints[b] ^ fingerprints[c];
  }
  return { ...shape, fingerprints };
}
