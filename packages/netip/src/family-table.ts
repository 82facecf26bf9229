import type { Addr } from './addr.ts';
import { packColumns } from './columns.ts';
import type { Columns } from './columns.ts';
import { flatten, sortEntries } from './intervals.ts';
import type { Entry } from './intervals.ts';
import { buildStrideIndex, shiftMask, targetMask } from './stride-index.ts';
import type { StrideIndex } from './stride-index.ts';

/** What a {@link FamilyTable} is made of. */
export interface FamilyParts {
  /** How many prefixes were given. */
  readonly size: number;
  /** Disjoint, in order, covering the whole family. */
  readonly intervals: Columns;
  /** The prefixes that longer ones cover entirely, so that no interval shows them. */
  readonly shadowed: Columns;
  readonly index: StrideIndex;
}

/** The prefixes of one family. Entries are of that family, in any order. */
export function makeFamilyParts(family: 4 | 6, entries: readonly Entry[]): FamilyParts {
  const sorted = sortEntries(entries);
  const rows = flatten(family, sorted);
  const shown = new Set(rows.map(({ entry }) => entry));
  const hidden = sorted.filter((entry) => !shown.has(entry));
  const intervals = packColumns(family, rows);
  const shadowed = packColumns(
    family,
    hidden.map((entry) => ({ start: entry[0].addr, entry })),
  );
  return { size: sorted.length, intervals, shadowed, index: buildStrideIndex(intervals) };
}

/**
 * The lookups in one family. A match is a number: the prefix's length in bits 16 and up, one more
 * than its value in bits 0 to 15; the latter are 0 where no prefix matches.
 *
 * Each lookup is one function without calls, which is worth half its time. Every step consumes
 * bits of the address, so that it ends whatever the index says.
 */
export class FamilyTable {
  readonly parts: FamilyParts;
  // what a lookup reads is one step away, not three
  readonly #cells: Int32Array;
  readonly #shift: number;
  readonly #w0: Uint32Array;
  readonly #w1: Uint32Array;
  readonly #w2: Uint32Array;
  readonly #w3: Uint32Array;
  readonly #ranks: Uint16Array;
  readonly #bits: Uint8Array;

  constructor(parts: FamilyParts) {
    const { intervals, index } = parts;
    this.parts = parts;
    this.#cells = index.cells;
    this.#shift = index.shift;
    this.#w0 = intervals.w0;
    this.#w1 = intervals.w1;
    this.#w2 = intervals.w2;
    this.#w3 = intervals.w3;
    this.#ranks = intervals.ranks;
    this.#bits = intervals.bits;
  }

  /**
   * The match of an IPv4 address. It is handed over whole: a number beyond 31 bits may be boxed on
   * its way into a function.
   */
  findIPv4(addr: Addr): number {
    const word = addr.w3;
    const cells = this.#cells;
    let shift = this.#shift;
    let cell = cells[word >>> shift];
    let rest = word;
    for (let bitsLeft = shift; cell < 0 && bitsLeft > 0; bitsLeft -= 32 - shift) {
      rest <<= 32 - shift;
      shift = cell & shiftMask;
      const target = (cell >>> 5) & targetMask;
      if (shift === 0) {
        const starts = this.#w3;
        let row = target;
        while (starts[row] > word) row--;
        return (this.#bits[row] << 16) | this.#ranks[row];
      }
      cell = cells[target + (rest >>> shift)];
    }
    return cell;
  }

  /** The match of an IPv6 address. */
  findIPv6(addr: Addr): number {
    const cells = this.#cells;
    let shift = this.#shift;
    let bitsLeft = shift;
    let rest = addr.w0;
    let cell = cells[rest >>> shift];
    let words = 1;
    while (cell < 0) {
      rest <<= 32 - shift;
      shift = cell & shiftMask;
      const target = (cell >>> 5) & targetMask;
      if (shift === 0) return this.#scanIPv6(target, addr);
      if (bitsLeft <= 0) {
        if (words === 4) return 0;
        rest = words === 1 ? addr.w1 : words === 2 ? addr.w2 : addr.w3;
        words++;
        bitsLeft = 32;
      }
      cell = cells[target + (rest >>> shift)];
      bitsLeft -= 32 - shift;
    }
    return cell;
  }

  /** The match of that row, or of the nearest one before it that begins at or before the address. */
  #scanIPv6(last: number, addr: Addr): number {
    const w0 = this.#w0;
    const w1 = this.#w1;
    const w2 = this.#w2;
    const w3 = this.#w3;
    let row = last;
    for (; row > 0; row--) {
      if (w0[row] !== addr.w0) {
        if (w0[row] < addr.w0) break;
      } else if (w1[row] !== addr.w1) {
        if (w1[row] < addr.w1) break;
      } else if (w2[row] !== addr.w2) {
        if (w2[row] < addr.w2) break;
      } else if (w3[row] <= addr.w3) break;
    }
    return (this.#bits[row] << 16) | this.#ranks[row];
  }
}
