import type { Addr } from './addr.ts';
import { rowEntry } from './columns.ts';
import { FamilyTable, makeFamilyParts } from './family-table.ts';
import type { FamilyParts } from './family-table.ts';
import { sortEntries } from './intervals.ts';
import type { Entry } from './intervals.ts';
import { formatPrefix } from './prefix-text.ts';
import { makePrefix } from './prefix.ts';
import type { Prefix } from './prefix.ts';
import { readTable, writeTable } from './table-bytes.ts';

const highestPossible = 0xfffe;

/** What {@link PrefixTable.match} found. */
export interface Match {
  readonly value: number;
  readonly prefix: Prefix;
}

/** The prefixes of one family as they were given, in order. */
function listEntries({ intervals, shadowed }: FamilyParts): Entry[] {
  const rows: Entry[] = [];
  for (const columns of [intervals, shadowed]) {
    for (let row = 0; row < columns.count; row++) {
      const entry = rowEntry(columns, row);
      if (entry !== undefined) rows.push(entry);
    }
  }
  return sortEntries(rows);
}

/**
 * Longest-prefix match over IPv4 and IPv6 prefixes, each with a value from 0 to 65534.
 * Immutable. Families never mix: unmap IPv4-mapped addresses before a lookup.
 */
export class PrefixTable {
  readonly #v4: FamilyTable;
  readonly #v6: FamilyTable;

  private constructor(v4: FamilyParts, v6: FamilyParts) {
    this.#v4 = new FamilyTable(v4);
    this.#v6 = new FamilyTable(v6);
  }

  /**
   * A table of these prefixes in any order.
   * @throws RangeError if a value is not a whole number from 0 to 65534, or a prefix has two values
   */
  static build(entries: Iterable<readonly [Prefix, number]>): PrefixTable {
    const all = Array.from(entries);
    for (const [prefix, value] of all) {
      if (Number.isInteger(value) && value >= 0 && value <= highestPossible) continue;
      throw new RangeError(
        `cannot build a table: value ${value} of prefix "${formatPrefix(prefix)}" must be a whole number from 0 to ${highestPossible}`,
      );
    }
    const ofFamily = (family: 4 | 6): Entry[] =>
      all.filter(([prefix]) => prefix.addr.family === family);
    return new PrefixTable(makeFamilyParts(4, ofFamily(4)), makeFamilyParts(6, ofFamily(6)));
  }

  /** The value of the longest prefix that contains the address, −1 if none does. Allocates nothing. */
  lookup(addr: Addr): number {
    return (this.#find(addr) & 0xffff) - 1;
  }

  /** The longest prefix that contains the address, with its value; `undefined` if none does. */
  match(addr: Addr): Match | undefined {
    const found = this.#find(addr);
    const value = (found & 0xffff) - 1;
    return value < 0 ? undefined : Object.freeze({ value, prefix: makePrefix(addr, found >>> 16) });
  }

  #find(addr: Addr): number {
    return addr.family === 4 ? this.#v4.findIPv4(addr) : this.#v6.findIPv6(addr);
  }

  /** How many prefixes of that family the table was built from. */
  size(family: 4 | 6): number {
    return (family === 4 ? this.#v4 : this.#v6).parts.size;
  }

  /** The highest value in the table, −1 if it is empty. */
  highestValue(): number {
    let highest = 0;
    for (const { parts } of [this.#v4, this.#v6]) {
      for (const { ranks } of [parts.intervals, parts.shadowed]) {
        for (let row = 0; row < ranks.length; row++) {
          if (ranks[row] > highest) highest = ranks[row];
        }
      }
    }
    return highest - 1;
  }

  /** The prefixes that the table was built from with their values: IPv4 first, by address, what contains before what is contained. */
  *entries(): Generator<readonly [Prefix, number]> {
    yield* listEntries(this.#v4.parts);
    yield* listEntries(this.#v6.parts);
  }

  /** The table as bytes: the same entries in any order give the same bytes. Read by {@link PrefixTable.deserialize}. */
  serialize(): Uint8Array {
    return writeTable(this.#v4.parts, this.#v6.parts);
  }

  /**
   * The table that {@link PrefixTable.serialize} wrote. The bytes may lie at any offset of their
   * buffer. If that is a multiple of four they become the table without being copied: do not write
   * to them afterwards.
   * @throws SyntaxError if they are no such table, are cut, out of order or of another version
   */
  static deserialize(bytes: Uint8Array): PrefixTable {
    const { v4, v6 } = readTable(bytes);
    return new PrefixTable(v4, v6);
  }
}
