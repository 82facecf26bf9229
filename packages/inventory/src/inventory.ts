import { type BinaryFuse, buildBinaryFuse, mayContain } from './binary-fuse.ts';
import { crc32 } from './crc32.ts';

/** The blobs of a destination, as a filter that can prove only absence. */
export interface Inventory {
  /** When the listing began; milliseconds since 1970. It says nothing about blobs written later. */
  readonly date: number;
  /** The destination's name. */
  readonly destination: string;
  /** Key template of its blobs. */
  readonly key: string;
  readonly filter: BinaryFuse;
}

/** `archeinv`, and the format version. */
const MAGIC = Uint8Array.from('archeinv\x01', (character) => character.charCodeAt(0));
/** Magic, padding, date, seed, count, length and number of segments, lengths of the two names. */
const HEADER = 48;
const CHECKSUM = 4;

/** 64 bits of the last digest, so that a lookup allocates nothing. */
const halves = new Int32Array(2);

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
  return twice ^ (twice >>> 15);
}

/** Folds a digest into `halves`, including its algorithm and all of its characters. */
function fold(digest: string): void {
  let high = digest.length;
  let low = ~digest.length;
  let word = 0;
  for (let at = 0; at < digest.length; at++) {
    const code = digest.charCodeAt(at);
    // The values of hexadecimal digits: eight of them fill a word without loss.
    word = (word << 4) ^ ((code & 15) + (code >>> 6) * 9);
    if ((at & 7) === 7 || at === digest.length - 1) {
      high = mixed(high ^ word);
      low = mixed((low + word) | 0) ^ high;
    }
  }
  halves[0] = high;
  halves[1] = low;
}

/** Whether the blob was certainly absent; false means unknown. Allocates nothing. */
export function provesAbsent({ filter }: Inventory, digest: string): boolean {
  fold(digest);
  return !mayContain(filter, halves[0], halves[1]);
}

/** Collects a listing, at 8 to 16 bytes per blob. */
export class InventoryBuilder {
  #keys = new BigUint64Array(1024);
  #length = 0;

  /** Adds a digest; duplicates count once. */
  add(digest: string): void {
    if (this.#length === this.#keys.length) {
      const grown = new BigUint64Array(2 * this.#length);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    fold(digest);
    this.#keys[this.#length++] = (BigInt(halves[0] >>> 0) << 32n) | BigInt(halves[1] >>> 0);
  }

  /** The same digests produce the same inventory, in any order. */
  build(about: Omit<Inventory, 'filter'>): Inventory {
    return { ...about, filter: buildBinaryFuse(this.#keys.slice(0, this.#length)) };
  }
}

/**
 * Encodes an inventory as a file: a header of 48 bytes, the two names as UTF-8, the fingerprints, and the CRC-32 of all
 * that. Numbers are little-endian: the date as a double; seed, count, length and number of segments, and lengths of the
 * names as 32 bits.
 */
export function encodeInventory({ date, destination, key, filter }: Inventory): Uint8Array {
  const names = [destination, key].map((name) => new TextEncoder().encode(name));
  const [first, second] = names;
  const { seed, count, segmentLength, segmentCount, fingerprints } = filter;
  const start = HEADER + first.length + second.length;
  const bytes = new Uint8Array(start + fingerprints.length + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setFloat64(16, date, true);
  [seed, count, segmentLength, segmentCount, first.length, second.length].forEach((number, at) =>
    view.setUint32(24 + 4 * at, number, true),
  );
  bytes.set(first, HEADER);
  bytes.set(second, HEADER + first.length);
  bytes.set(fingerprints, start);
  const end = bytes.length - CHECKSUM;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** @throws SyntaxError */
function refuse(why: string): never {
  throw new SyntaxError(`cannot read inventory: ${why}`);
}

/**
 * Decodes the output of {@link encodeInventory}. The fingerprints remain in these bytes.
 *
 * @throws SyntaxError if the bytes are not an inventory, have another version, or are truncated or damaged
 */
export function decodeInventory(bytes: Uint8Array): Inventory {
  if (bytes.length < HEADER + CHECKSUM || MAGIC.some((byte, at) => byte !== bytes[at]))
    refuse('expected the file that "archeio mirror inventory" writes, of version 1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - CHECKSUM;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    refuse('it is truncated or damaged: its checksum differs');
  const number = (at: number): number => view.getUint32(24 + 4 * at, true);
  const [seed, count, segmentLength, segmentCount] = [number(0), number(1), number(2), number(3)];
  const names = HEADER + number(4);
  const start = names + number(5);
  if (start + (segmentCount + 2) * segmentLength !== end) refuse('its lengths are inconsistent');
  const text = (from: number, to: number): string =>
    new TextDecoder().decode(bytes.subarray(from, to));
  return {
    date: view.getFloat64(16, true),
    destination: text(HEADER, names),
    key: text(names, start),
    filter: {
      count,
      seed,
      segmentLength,
      segmentCount,
      fingerprints: bytes.subarray(start, end),
    },
  };
}
