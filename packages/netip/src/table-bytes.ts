import { intervalRows, type FamilyParts } from './family-parts.ts';
import { comparePrefix, maxBits, type Prefix } from './prefix.ts';
import { matchBits, rowEntry, rowMatch, rowWords } from './rows.ts';

/*
 * The table as bytes: 32-bit words of the machine's order, which is little-endian on all that run
 * JavaScript today (elsewhere the magic number does not match and the bytes are refused).
 *
 *   magic, version
 *   for IPv4, then IPv6: prefixes, intervals, shadowed prefixes, cells of the index, its first shift
 *   for IPv4, then IPv6: cells of the index, rows of intervals, rows of shadowed prefixes
 *
 * The index follows from the intervals. It is written all the same, because making it takes tens
 * of times as long as all the rest of reading.
 */
const magic = 0x5450494e; // "NIPT"
const version = 1;
const headerWords = 12;

/** Both families of a table. */
export interface TableParts {
  readonly v4: FamilyParts;
  readonly v6: FamilyParts;
}

/** Both families as bytes. */
export function writeTable({ v4, v6 }: TableParts): Uint8Array {
  const sizes = [v4, v6].flatMap((parts) => {
    const { family, size, index, shadowed } = parts;
    const rows = [intervalRows(parts), shadowed].map(({ length }) => length / rowWords(family));
    return [size, rows[0], rows[1], index.cellCount, index.shift];
  });
  const header = Int32Array.of(magic, version, ...sizes);
  const sections = [header, v4.index.words, v4.shadowed, v6.index.words, v6.shadowed];
  const words = new Int32Array(sections.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const section of sections) {
    words.set(section, at);
    at += section.length;
  }
  return new Uint8Array(words.buffer);
}

function refuse(reason: string): never {
  throw new SyntaxError(`cannot read prefix table: ${reason}`);
}

/** Views of a buffer one after the other; nothing is copied. */
class WordReader {
  readonly #buffer: ArrayBufferLike;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#buffer = bytes.buffer;
    this.#at = bytes.byteOffset;
    this.#end = bytes.byteOffset + bytes.byteLength;
  }

  take(count: number): Int32Array {
    const missing = 4 * count - this.rest;
    if (missing > 0) refuse(`it is cut: expected ${missing} more bytes`);
    const words = new Int32Array(this.#buffer, this.#at, count);
    this.#at += 4 * count;
    return words;
  }

  /** Bytes that are left. */
  get rest(): number {
    return this.#end - this.#at;
  }
}

/** From here on a match has a length that its family does not have; a negative one is beyond as well. */
function matchLimit(family: 4 | 6): number {
  return (maxBits(family) + 1) << 16;
}

/** The first row of IPv4 intervals that does not begin after the one before it or has a bad length, −1 if none. */
function findUnsoundIPv4(rows: Int32Array): number {
  const limit = matchLimit(4);
  let before = -1;
  for (let at = 0; at < rows.length; at += 2) {
    const start = rows[at] >>> 0;
    if (start <= before || rows[at + 1] >>> 0 >= limit) return at / 2;
    before = start;
  }
  return -1;
}

/** The same of IPv6 intervals. */
function findUnsoundIPv6(rows: Int32Array): number {
  const limit = matchLimit(6);
  let before0 = -1;
  let before1 = -1;
  for (let at = 0; at < rows.length; at += 5) {
    const w0 = rows[at] >>> 0;
    const w1 = rows[at + 1] >>> 0;
    if (w0 < before0 || (w0 === before0 && w1 < before1)) return at / 5;
    // few share the first half
    if (w0 === before0 && w1 === before1 && !isLowerHalfAfter(rows, at)) return at / 5;
    if (rows[at + 4] >>> 0 >= limit) return at / 5;
    before0 = w0;
    before1 = w1;
  }
  return -1;
}

/** Whether the second half of that row's IPv6 address is after that of the row before it. */
function isLowerHalfAfter(rows: Int32Array, at: number): boolean {
  const w2 = rows[at + 2] >>> 0;
  const before2 = rows[at - 3] >>> 0;
  if (w2 !== before2) return w2 > before2;
  return rows[at + 3] >>> 0 > rows[at - 2] >>> 0;
}

/** Refuses a row whose length does not exist. */
function checkLength(family: 4 | 6, rows: Int32Array, row: number, name: string): void {
  const match = rowMatch(family, rows, row * rowWords(family));
  if (match >>> 0 < matchLimit(family)) return;
  refuse(`${name}[${row}] has length ${matchBits(match)}, expected 0 to ${maxBits(family)}`);
}

function checkIntervals(family: 4 | 6, rows: Int32Array): void {
  const name = `IPv${family} intervals`;
  const first = rows.subarray(0, rowWords(family) - 1);
  if (rows.length === 0 || first.some((word) => word !== 0)) {
    refuse(`${name}[0] must be the family's first address`);
  }
  const row = family === 4 ? findUnsoundIPv4(rows) : findUnsoundIPv6(rows);
  if (row < 0) return;
  checkLength(family, rows, row, name);
  refuse(`${name}[${row}] is out of order`);
}

function checkShadowed(family: 4 | 6, rows: Int32Array): void {
  const name = `IPv${family} shadowed prefixes`;
  const words = rowWords(family);
  let before: Prefix | undefined;
  for (let row = 0; row * words < rows.length; row++) {
    checkLength(family, rows, row, name);
    const entry = rowEntry(family, rows, row * words);
    if (entry === undefined) return refuse(`${name}[${row}] has no value`);
    if (before !== undefined && comparePrefix(before, entry[0]) >= 0) {
      refuse(`${name}[${row}] is out of order`);
    }
    before = entry[0];
  }
}

function readFamily(reader: WordReader, family: 4 | 6, sizes: Uint32Array): FamilyParts {
  const [size, intervalCount, shadowedCount, cellCount, shift] = sizes;
  const words = reader.take(cellCount + intervalCount * rowWords(family));
  const shadowed = reader.take(shadowedCount * rowWords(family));
  const parts: FamilyParts = { family, size, index: { shift, cellCount, words }, shadowed };
  if (shift < 1 || shift > 31 || cellCount < 2 ** (32 - shift)) {
    refuse(`IPv${family} index has ${cellCount} cells and shift ${shift}`);
  }
  checkIntervals(family, intervalRows(parts));
  checkShadowed(family, shadowed);
  return parts;
}

/**
 * The two families of a table; views of the bytes if these begin at a multiple of four, else of a copy.
 * @throws SyntaxError if they are no table, are cut, out of order or of another version
 */
export function readTable(bytes: Uint8Array): TableParts {
  const reader = new WordReader(bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes));
  const header = reader.take(headerWords);
  if (header[0] !== magic) refuse('it does not begin with "NIPT"');
  if (header[1] !== version) refuse(`version ${header[1]}, expected ${version}`);
  const sizes = Uint32Array.from(header);
  const v4 = readFamily(reader, 4, sizes.subarray(2, 7));
  const v6 = readFamily(reader, 6, sizes.subarray(7, 12));
  if (reader.rest > 0) refuse(`${reader.rest} bytes after its end`);
  return { v4, v6 };
}
