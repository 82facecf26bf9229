import { intervalRows, type FamilyParts } from './family-parts.ts';
import { comparePrefix, maxBits, type Prefix } from './prefix.ts';
import { matchBits, rowEntry, rowMatch, rowWords } from './rows.ts';

/*
 * The table as bytes: 32-bit words in the machine's byte order, which is little-endian wherever
 * JavaScript runs today (on another machine the magic number differs and the bytes are refused).
 *
 *   magic, version
 *   for IPv4, then IPv6: prefixes, intervals, shadowed prefixes, cells of the index, its first shift
 *   for IPv4, then IPv6: cells of the index, rows of intervals, rows of shadowed prefixes
 *
 * The index could be built from the intervals, but that takes tens of times as long as reading
 * everything else.
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

/** Reads a buffer from front to back as views, without copying. */
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
    if (missing > 0) refuse(`truncated: expected ${missing} more bytes`);
    const words = new Int32Array(this.#buffer, this.#at, count);
    this.#at += 4 * count;
    return words;
  }

  /** Bytes not yet read. */
  get rest(): number {
    return this.#end - this.#at;
  }
}

/** Refuses a row whose length does not exist. */
function checkLength(family: 4 | 6, rows: Int32Array, row: number, name: string): void {
  const bits = matchBits(rowMatch(family, rows, row * rowWords(family)));
  if (bits > maxBits(family))
    refuse(`${name}[${row}] has length ${bits}, expected 0 to ${maxBits(family)}`);
}

/** Whether the address of the row at that word is after that of the row before it. */
function isAfterPrevious(rows: Int32Array, at: number, words: number): boolean {
  for (let word = at; word < at + words - 1; word++) {
    const previous = rows[word - words];
    if (rows[word] !== previous) return rows[word] >>> 0 > previous >>> 0;
  }
  return false;
}

function checkIntervals(family: 4 | 6, rows: Int32Array): void {
  const name = `IPv${family} intervals`;
  const words = rowWords(family);
  if (rows.length === 0 || rows.subarray(0, words - 1).some((word) => word !== 0)) {
    refuse(`${name}[0] must be the family's first address`);
  }
  for (let row = 0; row * words < rows.length; row++) {
    checkLength(family, rows, row, name);
    if (row > 0 && !isAfterPrevious(rows, row * words, words))
      refuse(`${name}[${row}] is out of order`);
  }
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
 * Both families of a table: views of the bytes if they begin at a multiple of four, else of a copy.
 * @throws SyntaxError if the bytes are not a table, or are truncated, out of order or of another version
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
