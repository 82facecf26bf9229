import { formatPrefix, PrefixTable, type Prefix } from '@archeio/netip';
import { writeSnapshot } from './snapshot-bytes.ts';
import { type CloudSource, GLOBAL, type Place } from './source.ts';

/** A prefix with its one place. */
interface Placed extends Place {
  readonly prefix: Prefix;
}

/** A prefix that is listed for two places. */
export interface PlaceConflict {
  readonly prefix: Prefix;
  readonly kept: Place;
  readonly dropped: Place;
}

/** Compares by code units, so that the order does not depend on the locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether this is no region: AWS writes `GLOBAL`, GCP `global`. */
function isGlobal(region: string): boolean {
  return region.toLowerCase() === GLOBAL;
}

/** Negative if `a` is to keep a prefix that both claim: any region precedes "global"; else by code units. */
function comparePlaced(a: Placed, b: Placed): number {
  return (
    compareText(a.cloud, b.cloud) ||
    Number(isGlobal(a.region)) - Number(isGlobal(b.region)) ||
    compareText(a.region, b.region)
  );
}

/** Each prefix once, by its text. */
function placePrefixes(
  sources: readonly CloudSource[],
  report: (conflict: PlaceConflict) => void,
): Map<string, Placed> {
  const placed = new Map<string, Placed>();
  for (const { cloud, prefixes } of sources) {
    for (const [prefix, region] of prefixes) {
      const text = formatPrefix(prefix);
      const next = { prefix, cloud, region };
      const known = placed.get(text) ?? next;
      const [kept, dropped] = comparePlaced(known, next) <= 0 ? [known, next] : [next, known];
      placed.set(text, kept);
      if (
        kept.cloud === dropped.cloud &&
        (kept.region === dropped.region || isGlobal(dropped.region))
      )
        continue;
      report({
        prefix,
        kept: { cloud: kept.cloud, region: kept.region },
        dropped: { cloud: dropped.cloud, region: dropped.region },
      });
    }
  }
  return placed;
}

/** By cloud, then region. */
function comparePlaces(a: Place, b: Place): number {
  return compareText(a.cloud, b.cloud) || compareText(a.region, b.region);
}

/**
 * One snapshot of the providers' lists, for {@link CloudRanges.decode}. The same sources in any order,
 * with their prefixes in any order, give the same bytes.
 *
 * A prefix that is listed for two places gets one of them: of two clouds the one whose name comes
 * first, of two regions of a cloud the one that is not global, else the one whose name comes first
 * (by code units). An odd line of one provider therefore never blocks the others' lists.
 * @param report called with each prefix of two clouds, or of two regions neither of which is global
 * @throws RangeError if a cloud has two lists
 */
export function compileRanges(
  sources: Iterable<CloudSource>,
  report: (conflict: PlaceConflict) => void = () => undefined,
): Uint8Array {
  const ordered = [...sources].sort((a, b) => compareText(a.cloud, b.cloud));
  const twice = ordered.find(({ cloud }, at) => cloud === ordered[at + 1]?.cloud);
  if (twice !== undefined) {
    throw new RangeError(`cannot compile ranges: two lists of ${twice.cloud}, expected one`);
  }
  const placed = [...placePrefixes(ordered, report).values()].sort(comparePlaces);
  const places: Place[] = [];
  const entries = placed.map(({ prefix, cloud, region }) => {
    const last = places.at(-1);
    if (last?.cloud !== cloud || last.region !== region) places.push({ cloud, region });
    return [prefix, places.length - 1] as const;
  });
  const counted = Map.groupBy(placed, ({ cloud, prefix }) => `${cloud} ${prefix.addr.family}`);
  return writeSnapshot({
    sources: ordered.map(({ cloud, date, version }) => ({
      cloud,
      date,
      version,
      ipv4Prefixes: counted.get(`${cloud} 4`)?.length ?? 0,
      ipv6Prefixes: counted.get(`${cloud} 6`)?.length ?? 0,
    })),
    places,
    table: PrefixTable.build(entries).serialize(),
  });
}
