import { equalPrefix, makePrefix, prefixContains, type Prefix } from '../prefix.ts';
import type { Addr } from '../addr.ts';

type Entry = readonly [Prefix, number];

/** The longest prefix that contains the address, by checking all of them: slow and obvious. */
export function scanLinearly(entries: readonly Entry[], addr: Addr): Entry | undefined {
  let longest: Entry | undefined;
  for (const entry of entries) {
    if (!prefixContains(entry[0], addr)) continue;
    if (longest === undefined || entry[0].bits > longest[0].bits) longest = entry;
  }
  return longest;
}

function keyOf({ addr, bits }: Prefix): string {
  return `${addr.family}/${addr.w0}/${addr.w1}/${addr.w2}/${addr.w3}/${bits}`;
}

/**
 * The same answer by one map look-up for each length that occurs, longest first: for more prefixes
 * and addresses than {@link scanLinearly} can handle.
 */
export class LengthProbe {
  readonly #entries = new Map<string, Entry>();
  readonly #lengths: Readonly<Record<4 | 6, number[]>>;

  constructor(entries: Iterable<Entry>) {
    const lengths = { 4: new Set<number>(), 6: new Set<number>() };
    for (const entry of entries) {
      this.#entries.set(keyOf(entry[0]), entry);
      lengths[entry[0].addr.family].add(entry[0].bits);
    }
    const longestFirst = (set: Set<number>): number[] => [...set].toSorted((a, b) => b - a);
    this.#lengths = { 4: longestFirst(lengths[4]), 6: longestFirst(lengths[6]) };
  }

  find(addr: Addr): Entry | undefined {
    for (const bits of this.#lengths[addr.family]) {
      const entry = this.#entries.get(keyOf(makePrefix(addr, bits)));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}

/** Whether a match agrees with the entry. */
export function sameMatch(
  match: { readonly value: number; readonly prefix: Prefix } | undefined,
  entry: Entry | undefined,
): boolean {
  if (match === undefined || entry === undefined) return match === undefined && entry === undefined;
  return match.value === entry[1] && equalPrefix(match.prefix, entry[0]);
}
