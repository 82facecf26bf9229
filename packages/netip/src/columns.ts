import { makeAddr } from './addr.ts';
import type { Addr } from './addr.ts';
import type { Entry, Interval } from './intervals.ts';
import { makePrefix } from './prefix.ts';
import type { Prefix } from './prefix.ts';

/**
 * Rows of address, prefix length and value as parallel arrays: no object a row, nothing for the
 * collector to walk. An IPv4 address is in `w3` alone, the other three are empty then.
 */
export interface Columns {
  readonly family: 4 | 6;
  readonly count: number;
  readonly w0: Uint32Array;
  readonly w1: Uint32Array;
  readonly w2: Uint32Array;
  readonly w3: Uint32Array;
  /** One more than the row's value, 0 for a gap. */
  readonly ranks: Uint16Array;
  /** The length of the row's prefix, 0 for a gap. */
  readonly bits: Uint8Array;
}

/** Rows packed in the order given. */
export function packColumns(family: 4 | 6, rows: readonly Interval[]): Columns {
  const upper = family === 4 ? 0 : rows.length;
  const columns = {
    family,
    count: rows.length,
    w0: new Uint32Array(upper),
    w1: new Uint32Array(upper),
    w2: new Uint32Array(upper),
    w3: new Uint32Array(rows.length),
    ranks: new Uint16Array(rows.length),
    bits: new Uint8Array(rows.length),
  };
  for (const [at, { start, entry }] of rows.entries()) {
    // writes beyond the end of an empty array are ignored: IPv4 has no upper words
    columns.w0[at] = start.w0;
    columns.w1[at] = start.w1;
    columns.w2[at] = start.w2;
    columns.w3[at] = start.w3;
    columns.ranks[at] = entry === undefined ? 0 : entry[1] + 1;
    columns.bits[at] = entry === undefined ? 0 : entry[0].bits;
  }
  return columns;
}

/** The address of a row. */
function rowAddr({ family, w0, w1, w2, w3 }: Columns, row: number): Addr {
  return makeAddr(family, w0[row], w1[row], w2[row], w3[row]);
}

/** The prefix of a row that is no gap. */
export function rowPrefix(columns: Columns, row: number): Prefix {
  return makePrefix(rowAddr(columns, row), columns.bits[row]);
}

/** The prefix and value of a row; `undefined` for a gap. */
export function rowEntry(columns: Columns, row: number): Entry | undefined {
  const rank = columns.ranks[row];
  return rank === 0 ? undefined : [rowPrefix(columns, row), rank - 1];
}
