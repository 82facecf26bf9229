import type { Prefix } from '@archeio/netip';

/** How the addresses that prefixes cover changed; overlapping prefixes count once. */
export interface CoverageChange {
  /** The share of the addresses covered before that no longer are, 0 to 1. */
  readonly lost: number;
  /** Addresses newly covered as a share of those covered before; 1 where nothing was covered before. */
  readonly gained: number;
}

type Interval = readonly [first: bigint, end: bigint];

/** The addresses of a family that are covered: intervals in order that neither overlap nor touch. */
function intervalsOf(prefixes: Iterable<Prefix>, family: 4 | 6): Interval[] {
  const intervals: [bigint, bigint][] = [];
  for (const { addr, bits } of prefixes) {
    if (addr.family !== family) continue;
    const first =
      (BigInt(addr.w0) << 96n) |
      (BigInt(addr.w1) << 64n) |
      (BigInt(addr.w2) << 32n) |
      BigInt(addr.w3);
    intervals.push([first, first + (1n << BigInt((family === 4 ? 32 : 128) - bits))]);
  }
  intervals.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const merged: [bigint, bigint][] = [];
  for (const [first, end] of intervals) {
    const last = merged.at(-1);
    if (last === undefined || first > last[1]) merged.push([first, end]);
    else if (end > last[1]) last[1] = end;
  }
  return merged;
}

function sizeOf(intervals: readonly Interval[]): bigint {
  return intervals.reduce((sum, [first, end]) => sum + (end - first), 0n);
}

/** How many addresses are in both. */
function sharedSize(a: readonly Interval[], b: readonly Interval[]): bigint {
  let sum = 0n;
  for (let at = 0, other = 0; at < a.length && other < b.length;) {
    const first = a[at][0] > b[other][0] ? a[at][0] : b[other][0];
    const end = a[at][1] < b[other][1] ? a[at][1] : b[other][1];
    if (end > first) sum += end - first;
    if (a[at][1] < b[other][1]) at++;
    else other++;
  }
  return sum;
}

/** How the addresses of a family that are covered change from one list of prefixes to another. */
export function coverageChange(
  before: Iterable<Prefix>,
  after: Iterable<Prefix>,
  family: 4 | 6,
): CoverageChange {
  const old = intervalsOf(before, family);
  const next = intervalsOf(after, family);
  const total = sizeOf(old);
  const kept = sharedSize(old, next);
  const added = sizeOf(next) - kept;
  if (total === 0n) return { lost: 0, gained: added === 0n ? 0 : 1 };
  return { lost: Number(total - kept) / Number(total), gained: Number(added) / Number(total) };
}
