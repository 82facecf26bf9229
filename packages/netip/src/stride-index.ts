import { maxBits } from './prefix.ts';
import { rowMatch, rowWords } from './rows.ts';

/*
 * A multi-bit trie over the intervals of one family: a node takes the next 1 to 13 bits of the
 * address at once and has a cell for each value of them. Where few intervals begin, strides are
 * short; where many do, one step decides. A node never crosses a 32-bit word of the address.
 *
 * Cells and, after them, the rows of the intervals are one array of words. A cell is one of three:
 *   0  match (31 bits)                 all addresses here have this match
 *   1  target (26 bits)  shift         a node: go on at word `target`, by the top 32 − shift of
 *                                      the remaining bits
 *   1  target (26 bits)  0             the row at word `target`, or the nearest one before it that
 *                                      begins at or before the address
 */

/** Cells for each interval that begins inside a node: more is faster and larger. */
const cellsPerInterval = 2;
/** Cells where at most this many intervals begin are searched row by row. */
const rowsToScan = 2;
/** Most bits that a node takes: 13 fill the first-level cache of a processor. */
const longestStride = 13;

/** An index and what it indexes. */
export interface StrideIndex {
  /** 32 minus the bits that the first node takes; that node begins at word 0. */
  readonly shift: number;
  readonly cellCount: number;
  /** Cells, then rows. */
  readonly words: Int32Array;
}

function branchCell(target: number, shift: number): number {
  return 0x80000000 | (target << 5) | shift;
}

function isRowCell(cell: number): boolean {
  return cell < 0 && (cell & 31) === 0;
}

/** The bits that a node takes at that depth, where `begins` intervals begin inside it. */
function chooseStride(depth: number, begins: number): number {
  const wanted = Math.floor(Math.log2(Math.max(begins, 1) * cellsPerInterval));
  return Math.min(wanted, longestStride, 32 - (depth & 31));
}

/** The index of these rows, which are intervals that cover the family. */
export function buildStrideIndex(family: 4 | 6, rows: Int32Array): StrideIndex {
  const width = rowWords(family);
  const cells: number[] = [];

  /** The word of a row's address that holds the bit at that depth. */
  const wordAt = (row: number, depth: number): number => rows[row * width + (depth >> 5)];

  /** Whether the row's address has no bit set from that depth on. */
  const isZeroFrom = (row: number, depth: number): boolean => {
    for (let at = depth; at < maxBits(family); at = (at | 31) + 1) {
      if (wordAt(row, at) << (at & 31) !== 0) return false;
    }
    return true;
  };

  const makeCell = (depth: number, first: number, last: number): number => {
    if (first === last) return rowMatch(family, rows, first * width);
    if (last - first <= rowsToScan) return branchCell(last * width, 0);
    const stride = chooseStride(depth, last - first);
    return branchCell(addNode(depth, stride, first, last), 32 - stride);
  };

  /** A node for the addresses whose intervals are `first` to `last`, equal in the bits before `depth`. */
  const addNode = (depth: number, stride: number, first: number, last: number): number => {
    const base = cells.length;
    for (let cell = 0; cell < 1 << stride; cell++) cells.push(0);
    const cellOf = (row: number): number => (wordAt(row, depth) << (depth & 31)) >>> (32 - stride);
    let row = first;
    for (let cell = 0; cell < 1 << stride; cell++) {
      const next = row + 1;
      const beginsWithCell =
        next <= last && cellOf(next) === cell && isZeroFrom(next, depth + stride);
      const cellFirst = beginsWithCell ? next : row;
      row = cellFirst;
      while (row < last && cellOf(row + 1) === cell) row++;
      cells[base + cell] = makeCell(depth + stride, cellFirst, row);
    }
    return base;
  };

  const last = rows.length / width - 1;
  const stride = chooseStride(0, last);
  addNode(0, stride, 0, last);
  // The number of cells before the rows is known only now.
  const cellCount = cells.length;
  const words = new Int32Array(cellCount + rows.length);
  words.set(cells.map((cell) => (isRowCell(cell) ? cell + (cellCount << 5) : cell)));
  words.set(rows, cellCount);
  return { shift: 32 - stride, cellCount, words };
}
