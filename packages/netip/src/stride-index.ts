import type { Columns } from './columns.ts';
import { maxBits } from './prefix.ts';

/*
 * A multi-bit trie over the intervals of one family: a node takes the next 1 to 13 bits of the
 * address at once and has a cell for each value of them. Where few intervals begin, strides are
 * short; where many do, one step decides. A node never crosses a 32-bit word.
 *
 * A cell is one of three, in 32 bits:
 *   0  length (15 bits)  rank (16 bits)   all addresses here have this match
 *   1  node (26 bits)    shift (5 bits)   go on at cell `node`, by the top 32 − shift bits that are left
 *   1  row (26 bits)     0                the match is that row of the intervals, or the nearest one
 *                                         before it that begins at or before the address
 */

/** Cells for each interval that begins inside a node: more is faster and larger. */
const cellsPerInterval = 2;
/** A cell where no more intervals begin than this is searched row by row. */
const rowsToScan = 4;
/** Bits that a node takes at most: a node of 13 fills the first-level cache of a processor. */
const longestStride = 13;

/** The shift of a branch cell; 0 in one that leads to a row. */
export const shiftMask = 31;
/** Where a branch cell leads, once shifted right by 5: a cell, or a row. */
export const targetMask = 0x3ffffff;

/** The cells of one family; the first node begins at cell 0. */
export interface StrideIndex {
  readonly cells: Int32Array;
  /** 32 less the bits that the first node takes. */
  readonly shift: number;
}

/** A cell that names the match itself. */
function leafCell({ bits, ranks }: Columns, row: number): number {
  return (bits[row] << 16) | ranks[row];
}

function branchCell(target: number, shift: number): number {
  return 0x80000000 | (target << 5) | shift;
}

/** The word of a row's address that holds the bit at that depth. */
function wordAt({ family, w0, w1, w2, w3 }: Columns, row: number, depth: number): number {
  if (family === 4 || depth >= 96) return w3[row];
  if (depth >= 64) return w2[row];
  return depth >= 32 ? w1[row] : w0[row];
}

/** The number of bits up to the last one that is set, 0 for the address zero. */
function significantBits(columns: Columns, row: number): number {
  for (let end = maxBits(columns.family); end > 0; end -= 32) {
    const word = wordAt(columns, row, end - 1);
    if (word !== 0) return end - 31 + Math.clz32(word & -word);
  }
  return 0;
}

class StrideIndexBuilder {
  readonly #columns: Columns;
  readonly #cells: number[] = [];

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  build(): StrideIndex {
    const last = this.#columns.count - 1;
    const stride = this.#chooseStride(0, last);
    this.#addNode(0, stride, 0, last);
    return { cells: Int32Array.from(this.#cells), shift: 32 - stride };
  }

  /** The bits that a node takes at that depth, where `begins` intervals begin inside it. */
  #chooseStride(depth: number, begins: number): number {
    const wanted = Math.floor(Math.log2(Math.max(begins, 1) * cellsPerInterval));
    return Math.min(wanted, longestStride, 32 - (depth & 31));
  }

  /** A node for the addresses whose intervals are `first` to `last`, equal in the bits before `depth`. */
  #addNode(depth: number, stride: number, first: number, last: number): number {
    const columns = this.#columns;
    const base = this.#cells.length;
    for (let cell = 0; cell < 1 << stride; cell++) this.#cells.push(0);
    const cellOf = (row: number): number =>
      (wordAt(columns, row, depth) << (depth & 31)) >>> (32 - stride);
    let row = first;
    for (let cell = 0; cell < 1 << stride; cell++) {
      const next = row + 1;
      const beginsWithCell =
        next <= last && cellOf(next) === cell && significantBits(columns, next) <= depth + stride;
      const cellFirst = beginsWithCell ? next : row;
      row = cellFirst;
      while (row < last && cellOf(row + 1) === cell) row++;
      this.#cells[base + cell] = this.#makeCell(depth + stride, cellFirst, row);
    }
    return base;
  }

  #makeCell(depth: number, first: number, last: number): number {
    if (first === last) return leafCell(this.#columns, first);
    if (last - first <= rowsToScan) return branchCell(last, 0);
    const stride = this.#chooseStride(depth, last - first);
    return branchCell(this.#addNode(depth, stride, first, last), 32 - stride);
  }
}

/** The index of these intervals. */
export function buildStrideIndex(intervals: Columns): StrideIndex {
  return new StrideIndexBuilder(intervals).build();
}
