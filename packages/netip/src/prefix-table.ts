import type { Addr } from './addr.ts';
import { highestValue, listEntries, makeFamilyParts } from './family-parts.ts';
import { findIPv4, findIPv6 } from './find-match.ts';
import type { Entry } from './intervals.ts';
import { formatPrefix } from './prefix-text.ts';
import { makePrefix, type Prefix } from './prefix.ts';
import { matchBits, matchValue } from './rows.ts';
import { readTable, writeTable, type TableParts } from './table-bytes.ts';

const highestPossible = 0xfffe;

/** A result of {@link PrefixTable.match}. */
export interface Match {
  readonly value: number;
  readonly prefix: Prefix;
}

/**
 * Longest-prefix match over IPv4 and IPv6 prefixes, each with a value from 0 to 65534.
 * Immutable. Families never mix: unmap IPv4-mapped addresses before a lookup.
 */
export class PrefixTable {
  readonly #parts: TableParts;
  // Copies, so that a lookup reads them in one step, not three.
  readonly #wordsIPv4: Int32Array;
  readonly #shiftIPv4: number;
  readonly #wordsIPv6: Int32Array;
  readonly #shiftIPv6: number;

  private constructor(parts: TableParts) {
    this.#parts = parts;
    this.#wordsIPv4 = parts.v4.index.words;
    this.#shiftIPv4 = parts.v4.index.shift;
    this.#wordsIPv6 = parts.v6.index.words;
    this.#shiftIPv6 = parts.v6.index.shift;
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
    return new PrefixTable({
      v4: makeFamilyParts(4, ofFamily(4)),
      v6: makeFamilyParts(6, ofFamily(6)),
    });
  }

  /** The value of the longest prefix that contains the address, −1 if none does. Allocates nothing. */
  lookup(addr: Addr): number {
    return matchValue(this.#find(addr));
  }

  /** The longest prefix that contains the address, with its value; `undefined` if none does. */
  match(addr: Addr): Match | undefined {
    const found = this.#find(addr);
    const value = matchValue(found);
    if (value < 0) return undefined;
    return Object.freeze({ value, prefix: makePrefix(addr, matchBits(found)) });
  }

  #find(addr: Addr): number {
    return addr.family === 4
      ? findIPv4(this.#wordsIPv4, this.#shiftIPv4, addr)
      : findIPv6(this.#wordsIPv6, this.#shiftIPv6, addr);
  }

  /** How many prefixes of that family the table was built from. */
  size(family: 4 | 6): number {
    return (family === 4 ? this.#parts.v4 : this.#parts.v6).size;
  }

  /** The highest value in the table, −1 if it is empty. */
  highestValue(): number {
    return Math.max(highestValue(this.#parts.v4), highestValue(this.#parts.v6));
  }

  /** The prefixes with their values, as the table was built: IPv4 first, by address, a containing prefix before those in it. */
  *entries(): Generator<readonly [Prefix, number]> {
    yield* listEntries(this.#parts.v4);
    yield* listEntries(this.#parts.v6);
  }

  /** The table as bytes: the same entries in any order give the same bytes. Read by {@link PrefixTable.deserialize}. */
  serialize(): Uint8Array {
    return writeTable(this.#parts);
  }

  /**
   * The table that {@link PrefixTable.serialize} wrote. The bytes may be at any offset of their
   * buffer. If it is a multiple of four, the table uses them without a copy: do not change them
   * afterwards.
   * @throws SyntaxError if the bytes are not a table, or are truncated, out of order or of another version
   */
  static deserialize(bytes: Uint8Array): PrefixTable {
    return new PrefixTable(readTable(bytes));
  }
}
