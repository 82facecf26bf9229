import { compareAddr, makeAddr, nextAddr, type Addr } from './addr.ts';
import { formatPrefix } from './prefix-text.ts';
import { comparePrefix, equalPrefix, prefixLast, type Prefix } from './prefix.ts';

/** A prefix and the value of its addresses. */
export type Entry = readonly [Prefix, number];

/** The longest match of the addresses from `start` to the next interval, or to the last of the family. */
export interface Interval {
  readonly start: Addr;
  readonly entry: Entry | undefined;
}

/**
 * The entries in order, without duplicates.
 * @throws RangeError if a prefix has two values
 */
export function sortEntries(entries: readonly Entry[]): Entry[] {
  const sorted = entries.toSorted(([a], [b]) => comparePrefix(a, b));
  return sorted.filter(([prefix, value], at) => {
    const previous = at > 0 ? sorted[at - 1] : undefined;
    if (previous === undefined || !equalPrefix(previous[0], prefix)) return true;
    if (previous[1] === value) return false;
    throw new RangeError(
      `cannot build a table: prefix "${formatPrefix(prefix)}" has two values, ${previous[1]} and ${value}`,
    );
  });
}

/**
 * Nested prefixes as disjoint intervals that cover the whole family in order, gaps included: each
 * carries its longest match. Entries are of one family and as {@link sortEntries} leaves them.
 */
export function flatten(family: 4 | 6, entries: readonly Entry[]): Interval[] {
  const intervals: Interval[] = [];
  const begin = (start: Addr, entry: Entry | undefined): void => {
    // An entry that begins at the same address later is nested deeper, or follows one that has ended.
    const last = intervals.at(-1);
    if (last !== undefined && compareAddr(last.start, start) === 0) intervals.pop();
    intervals.push({ start, entry });
  };
  const open: { readonly entry: Entry; readonly last: Addr }[] = [];
  const closeBefore = (limit: Addr | undefined): void => {
    for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
      if (limit !== undefined && compareAddr(inner.last, limit) >= 0) return;
      open.pop();
      const after = nextAddr(inner.last);
      if (after !== undefined) begin(after, open.at(-1)?.entry);
    }
  };
  begin(makeAddr(family, 0, 0, 0, 0), undefined);
  for (const entry of entries) {
    const [prefix] = entry;
    closeBefore(prefix.addr);
    begin(prefix.addr, entry);
    open.push({ entry, last: prefixLast(prefix) });
  }
  closeBefore(undefined);
  return intervals;
}
