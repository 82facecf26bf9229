import { flatten, sortEntries, type Entry } from './intervals.ts';
import { matchValue, packRows, rowEntry, rowWords } from './rows.ts';
import { buildStrideIndex, type StrideIndex } from './stride-index.ts';

/** One family's part of a table. */
export interface FamilyParts {
  readonly family: 4 | 6;
  /** The number of prefixes. */
  readonly size: number;
  /** The index and its rows: disjoint intervals in order that cover the whole family. */
  readonly index: StrideIndex;
  /** Rows of the prefixes that longer ones cover entirely, so that no interval has them. */
  readonly shadowed: Int32Array;
}

/** One family's part of a table for its prefixes, in any order. */
export function makeFamilyParts(family: 4 | 6, entries: readonly Entry[]): FamilyParts {
  const sorted = sortEntries(entries);
  const intervals = flatten(family, sorted);
  const shown = new Set(intervals.map(({ entry }) => entry));
  const shadowed = sorted
    .filter((entry) => !shown.has(entry))
    .map((entry) => ({ start: entry[0].addr, entry }));
  return {
    family,
    size: sorted.length,
    index: buildStrideIndex(family, packRows(family, intervals)),
    shadowed: packRows(family, shadowed),
  };
}

export function intervalRows({ index }: FamilyParts): Int32Array {
  return index.words.subarray(index.cellCount);
}

/** The prefixes that the table was built from, each once and in order. */
export function listEntries(parts: FamilyParts): Entry[] {
  const { family, shadowed } = parts;
  const entries: Entry[] = [];
  for (const rows of [intervalRows(parts), shadowed]) {
    for (let at = 0; at < rows.length; at += rowWords(family)) {
      const entry = rowEntry(family, rows, at);
      if (entry !== undefined) entries.push(entry);
    }
  }
  return sortEntries(entries);
}

/** The highest value in a family, −1 if there is none. */
export function highestValue(parts: FamilyParts): number {
  const words = rowWords(parts.family);
  let highest = -1;
  for (const rows of [intervalRows(parts), parts.shadowed]) {
    for (let at = words - 1; at < rows.length; at += words) {
      const value = matchValue(rows[at]);
      if (value > highest) highest = value;
    }
  }
  return highest;
}
