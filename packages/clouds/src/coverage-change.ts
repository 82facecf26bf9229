import { comparePrefix, type Prefix, prefixContains } from '@archeio/netip';

/** How the addresses that prefixes cover changed. */
export interface CoverageChange {
  /** Share of the addresses covered before that no longer are, 0 to 1. */
  readonly lost: number;
  /** Addresses newly covered as a share of those covered before; 1 where nothing was covered before. */
  readonly gained: number;
}

/** How many addresses the prefixes of one family cover; overlapping ones count once. */
function coveredBy(prefixes: readonly Prefix[]): bigint {
  let covered = 0n;
  let outer: Prefix | undefined;
  // A prefix follows those that contain it, and two prefixes never overlap in part.
  for (const prefix of prefixes.toSorted(comparePrefix)) {
    if (outer !== undefined && prefixContains(outer, prefix.addr)) continue;
    covered += 1n << BigInt((prefix.addr.family === 4 ? 32 : 128) - prefix.bits);
    outer = prefix;
  }
  return covered;
}

/** How the covered addresses of a family change from one list of prefixes to another. */
export function coverageChange(
  before: Iterable<Prefix>,
  after: Iterable<Prefix>,
  family: 4 | 6,
): CoverageChange {
  const inFamily = ({ addr }: Prefix): boolean => addr.family === family;
  const [old, next] = [[...before].filter(inFamily), [...after].filter(inFamily)];
  const total = coveredBy(old);
  const either = coveredBy([...old, ...next]);
  const added = either - total;
  if (total === 0n) return { lost: 0, gained: added === 0n ? 0 : 1 };
  return {
    lost: Number(either - coveredBy(next)) / Number(total),
    gained: Number(added) / Number(total),
  };
}
