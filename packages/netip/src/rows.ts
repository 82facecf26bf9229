import { makeAddr, type Addr } from './addr.ts';
import type { Entry, Interval } from './intervals.ts';
import { makePrefix } from './prefix.ts';

/*
 * Intervals and prefixes as rows of 32-bit words: the words of the address (one for IPv4, four for
 * IPv6), then the match. One array holds them all: the garbage collector has nothing to walk, and
 * everything that a lookup compares is adjacent in memory.
 *
 * A match is the prefix's length in bits 16 and up and one more than its value in bits 0 to 15;
 * 0 is "no prefix".
 */

/** How many words a row has. */
export function rowWords(family: 4 | 6): number {
  return family === 4 ? 2 : 5;
}

/** The intervals as rows, in the same order. */
export function packRows(family: 4 | 6, intervals: readonly Interval[]): Int32Array {
  const rows = new Int32Array(intervals.length * rowWords(family));
  let at = 0;
  for (const { start, entry } of intervals) {
    if (family === 6) {
      rows[at++] = start.w0;
      rows[at++] = start.w1;
      rows[at++] = start.w2;
    }
    rows[at++] = start.w3;
    rows[at++] = entry === undefined ? 0 : (entry[0].bits << 16) | (entry[1] + 1);
  }
  return rows;
}

/** The value of a match, −1 for "no prefix". */
export function matchValue(match: number): number {
  return (match & 0xffff) - 1;
}

/** The length of the prefix of a match. */
export function matchBits(match: number): number {
  return match >>> 16;
}

/** The match of the row that begins at that word. */
export function rowMatch(family: 4 | 6, words: Int32Array, at: number): number {
  return words[at + rowWords(family) - 1];
}

function rowAddr(family: 4 | 6, words: Int32Array, at: number): Addr {
  return family === 4
    ? makeAddr(4, 0, 0, 0, words[at])
    : makeAddr(6, words[at], words[at + 1], words[at + 2], words[at + 3]);
}

/** The prefix and value of the row that begins at that word; `undefined` for a gap. */
export function rowEntry(family: 4 | 6, words: Int32Array, at: number): Entry | undefined {
  const match = rowMatch(family, words, at);
  const value = matchValue(match);
  if (value < 0) return undefined;
  return [makePrefix(rowAddr(family, words, at), matchBits(match)), value];
}
