import { rowPrefix } from './columns.ts';
import type { Columns } from './columns.ts';
import type { FamilyParts } from './family-table.ts';
import { comparePrefix, maxBits } from './prefix.ts';

/*
 * The table as bytes, in 32-bit words of the machine's order, which is little-endian on all that
 * run JavaScript today (elsewhere the magic number does not match and the bytes are refused):
 *
 *   magic, version
 *   for IPv4, then IPv6: prefixes, intervals, shadowed prefixes, cells of the index, its shift
 *   for IPv4, then IPv6:
 *     intervals: words of their addresses (one column for IPv4, four for IPv6), ranks, lengths
 *     shadowed prefixes: the same
 *     cells of the index
 *
 * Ranks have 16 bits and lengths 8; both columns are padded with zeros to whole words.
 * The index follows from the intervals. It is written all the same, because making it takes ten
 * times as long as all the rest of reading.
 */
const magic = 0x5450494e; // "NIPT"
const version = 1;
const headerBytes = 48;

/** Both families of a table. */
export interface TableParts {
  readonly v4: FamilyParts;
  readonly v6: FamilyParts;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** The columns of a family in the order of the file. */
function columnsInOrder({ intervals, shadowed, index }: FamilyParts): ArrayBufferView[] {
  const rows = [intervals, shadowed].flatMap((group) => [
    group.w0,
    group.w1,
    group.w2,
    group.w3,
    group.ranks,
    group.bits,
  ]);
  return [...rows, index.cells];
}

/** Both families as bytes. */
export function writeTable(v4: FamilyParts, v6: FamilyParts): Uint8Array {
  const columns = [...columnsInOrder(v4), ...columnsInOrder(v6)];
  const length = columns.reduce((sum, column) => sum + padded(column.byteLength), headerBytes);
  const bytes = new Uint8Array(length);
  const sizes = [v4, v6].flatMap(({ size, intervals, shadowed, index }) => [
    size,
    intervals.count,
    shadowed.count,
    index.cells.length,
    index.shift,
  ]);
  new Uint32Array(bytes.buffer, 0, headerBytes / 4).set([magic, version, ...sizes]);
  let at = headerBytes;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  return bytes;
}

function refuse(reason: string): never {
  throw new SyntaxError(`cannot read prefix table: ${reason}`);
}

/** Views of a buffer one after the other; nothing is copied. */
class ColumnReader {
  readonly #buffer: ArrayBufferLike;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#buffer = bytes.buffer;
    this.#at = bytes.byteOffset;
    this.#end = bytes.byteOffset + bytes.byteLength;
  }

  /** Where the next `bytes` begin. */
  #take(bytes: number): number {
    const at = this.#at;
    this.#at += padded(bytes);
    if (this.#at > this.#end) refuse(`it is cut: expected ${this.#at - this.#end} more bytes`);
    return at;
  }

  words(count: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(4 * count), count);
  }

  cells(count: number): Int32Array {
    return new Int32Array(this.#buffer, this.#take(4 * count), count);
  }

  rows(family: 4 | 6, count: number): Columns {
    const upper = family === 4 ? 0 : count;
    return {
      family,
      count,
      w0: this.words(upper),
      w1: this.words(upper),
      w2: this.words(upper),
      w3: this.words(count),
      ranks: new Uint16Array(this.#buffer, this.#take(2 * count), count),
      bits: new Uint8Array(this.#buffer, this.#take(count), count),
    };
  }

  get rest(): number {
    return this.#end - this.#at;
  }
}

/** The first row that does not come after the one before it, −1 if all do. */
function findDisorder({ family, count, w0, w1, w2, w3 }: Columns): number {
  for (let row = 1; row < count; row++) {
    if (family === 4 || (w0[row - 1] === w0[row] && w1[row - 1] === w1[row])) {
      if (family === 6 && w2[row - 1] !== w2[row]) {
        if (w2[row - 1] > w2[row]) return row;
      } else if (w3[row - 1] >= w3[row]) return row;
    } else if (w0[row - 1] > w0[row] || (w0[row - 1] === w0[row] && w1[row - 1] > w1[row])) {
      return row;
    }
  }
  return -1;
}

/** The first row whose length does not exist in its family, −1 if all do. */
function findBadLength({ family, count, bits }: Columns): number {
  const longest = maxBits(family);
  for (let row = 0; row < count; row++) {
    if (bits[row] > longest) return row;
  }
  return -1;
}

function checkLengths(columns: Columns, name: string): void {
  const row = findBadLength(columns);
  if (row < 0) return;
  const longest = maxBits(columns.family);
  refuse(`${name}[${row}] has length ${columns.bits[row]}, expected 0 to ${longest}`);
}

function checkIntervals(columns: Columns, name: string): void {
  const { family, count, w0, w1, w2, w3 } = columns;
  if (count === 0 || w3[0] !== 0 || (family === 6 && (w0[0] | w1[0] | w2[0]) !== 0)) {
    refuse(`${name}[0] must be the family's first address`);
  }
  const row = findDisorder(columns);
  if (row > 0) refuse(`${name}[${row}] is out of order`);
  checkLengths(columns, name);
}

/** A prefix that is shadowed may begin where another one does. */
function checkShadowed(columns: Columns, name: string): void {
  checkLengths(columns, name);
  for (let row = 1; row < columns.count; row++) {
    const [before, here] = [rowPrefix(columns, row - 1), rowPrefix(columns, row)];
    if (comparePrefix(before, here) >= 0) refuse(`${name}[${row}] is out of order`);
  }
}

function readFamily(reader: ColumnReader, family: 4 | 6, sizes: Uint32Array): FamilyParts {
  const [size, intervalCount, shadowedCount, cellCount, shift] = sizes;
  const intervals = reader.rows(family, intervalCount);
  const shadowed = reader.rows(family, shadowedCount);
  const index = { cells: reader.cells(cellCount), shift };
  checkIntervals(intervals, `IPv${family} intervals`);
  checkShadowed(shadowed, `IPv${family} shadowed prefixes`);
  if (shift < 1 || shift > 31 || cellCount < 2 ** (32 - shift)) {
    refuse(`IPv${family} index has ${cellCount} cells and shift ${shift}`);
  }
  return { size, intervals, shadowed, index };
}

/**
 * The two families of a table; views of the bytes if these begin at a multiple of four, else of a copy.
 * @throws SyntaxError if they are no table, are cut, out of order or of another version
 */
export function readTable(bytes: Uint8Array): TableParts {
  if (bytes.length < headerBytes) {
    refuse(`${bytes.length} bytes, expected at least ${headerBytes}`);
  }
  const reader = new ColumnReader(bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes));
  const header = reader.words(headerBytes / 4);
  if (header[0] !== magic) refuse('it does not begin with "NIPT"');
  if (header[1] !== version) refuse(`version ${header[1]}, expected ${version}`);
  const v4 = readFamily(reader, 4, header.subarray(2, 7));
  const v6 = readFamily(reader, 6, header.subarray(7, 12));
  if (reader.rest > 0) refuse(`${reader.rest} bytes after its end`);
  return { v4, v6 };
}
