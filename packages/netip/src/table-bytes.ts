import { intervalRows } from './family-parts.ts';
import type { FamilyParts } from './family-parts.ts';
import { comparePrefix, maxBits } from './prefix.ts';
import { matchBits, rowEntry, rowMatch, rowWords } from './rows.ts';

/*
 * The table as bytes: 32-bit words of the machine's order, which is little-endian on all that run
 * JavaScript today (elsewhere the magic number does not match and the bytes are refused).
 *
 *   magic, version
 *   for IPv4, then IPv6: prefixes, intervals, shadowed prefixes, cells of the index, its first shift
 *   for IPv4, then IPv6: cells of the index, rows of intervals, rows of shadowed prefixes
 *
 * The index follows from the intervals. It is written all the same, because making it takes ten
 * times as long as all the rest of reading.
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

/** The first row of an IPv4 interval that does not come after the one before it, −1 if all do. */
function findDisorderIPv4(rows: Int32Array): number {
  for (let at = 2; at < rows.length; at += 2) {
    if (rows[at] >>> 0 <= rows[at - 2] >>> 0) return at / 2;
  }
  return -1;
}

/** The first row of an IPv6 interval that does not come after the one before it, −1 if all do. */
function findDisorderIPv6(rows: Int32Array): number {
  for (let at = 5; at < rows.length; at += 5) {
    let word = 0;
    while (word < 3 && rows[at + word] === rows[at - 5 + word]) word++;
    if (rows[at + word] >>> 0 <= rows[at - 5 + word] >>> 0) return at / 5;
  }
  return -1;
}

/** The first row whose length does not exist in its family, −1 if all do. */
function findBadLength(family: 4 | 6, rows: Int32Array): number {
  const words = rowWords(family);
  const limit = (maxBits(family) + 1) << 16;
  for (let at = words - 1; at < rows.length; at += words) {
    // a negative match has a length beyond any limit as well
    if (rows[at] >>> 0 >= limit) return (at + 1) / words - 1;
  }
  return -1;
}

function checkLengths(family: 4 | 6, rows: Int32Array, name: string): void {
  const row = findBadLength(family, rows);
  if (row < 0) return;
  const bits = matchBits(rowMatch(family, rows, row * rowWords(family)));
  refuse(`${name}[${row}] has length ${bits}, expected 0 to ${maxBits(family)}`);
}

function checkIntervals(family: 4 | 6, rows: Int32Array): void {
  const name = `IPv${family} intervals`;
  const first = rows.subarray(0, rowWords(family) - 1);
  if (rows.length === 0 || first.some((word) => word !== 0)) {
    refuse(`${name}[0] must be the family's first address`);
  }
  const row = family === 4 ? findDisorderIPv4(rows) : findDisorderIPv6(rows);
  if (row > 0) refuse(`${name}[${row}] is out of order`);
  checkLengths(family, rows, name);
}

function checkShadowed(family: 4 | 6, rows: Int32Array): void {
  const name = `IPv${family} shadowed prefixes`;
  checkLengths(family, rows, name);
  const words = rowWords(family);
  let before = rowEntry(family, rows, 0);
  for (let row = 1; row * words < rows.length; row++) {
    const entry = rowEntry(family, rows, row * words);
    const inOrder =
      before !== undefined && entry !== undefined && comparePrefix(before[0], entry[0]) < 0;
    if (!inOrder) refuse(`${name}[${row}] is out of order`);
    before = entry;
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
  if (shadowed.length > 0) checkShadowed(family, shadowed);
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
