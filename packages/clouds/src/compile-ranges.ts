import { formatPrefix, PrefixTable, type Prefix } from '@archeio/netip';
import { isGlobal } from './global-region.ts';
import { writeSnapshot } from './snapshot-bytes.ts';
import type { CloudSource, Place } from './source.ts';

/** A prefix with its one place. */
interface Placed {
  readonly prefix: Prefix;
  readonly cloud: string;
  readonly region: string;
}

/** A prefix that is listed for two places; the first is kept. */
export interface PlaceConflict {
  readonly prefix: Prefix;
  readonly kept: Place;
  readonly dropped: Place;
}

/** By code units: the same order everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Negative where `a` is the place of a prefix that both claim: a region says more than "global"; else by code units. */
function comparePlaced(a: Placed, b: Placed): number {
  return (
    compareText(a.cloud, b.cloud) ||
    Number(isGlobal(a.region)) - Number(isGlobal(b.region)) ||
    compareText(a.region, b.region)
  );
}

/** Every prefix once, by its text. */
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

/** The different places in a stable order, and where each is in it: cloud → region → index. */
function orderPlaces(placed: Iterable<Placed>): [Place[], Map<string, Map<string, number>>] {
  const regions = new Map<string, Set<string>>();
  for (const { cloud, region } of placed) {
    regions.set(cloud, (regions.get(cloud) ?? new Set()).add(region));
  }
  const places: Place[] = [];
  const indices = new Map<string, Map<string, number>>();
  for (const cloud of [...regions.keys()].sort(compareText)) {
    const ordered = [...regions.get(cloud)!].sort(compareText);
    indices.set(cloud, new Map(ordered.map((region, at) => [region, places.length + at])));
    places.push(...ordered.map((region) => ({ cloud, region })));
  }
  return [places, indices];
}

/**
 * One snapshot of what the providers published, for {@link CloudRanges.decode}. The same sources,
 * in any order and with their prefixes in any order, give the same bytes.
 *
 * A prefix that is listed for two places keeps one of them: of two clouds the one whose name comes
 * first, of two regions of a cloud the one that is not global, else the one whose name comes first
 * (by code units). One provider's odd line thus never keeps the others' lists out.
 * @param report called with each prefix of two clouds, or of two regions neither of which is global
 * @throws RangeError if a cloud comes twice
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
  const placed = [...placePrefixes(ordered, report).values()];
  const [places, indices] = orderPlaces(placed);
  const table = PrefixTable.build(
    placed.map(({ prefix, cloud, region }) => [prefix, indices.get(cloud)!.get(region)!]),
  );
  const counts = new Map<string, number>();
  for (const { cloud, prefix } of placed) {
    const key = `${cloud} ${prefix.addr.family}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return writeSnapshot({
    sources: ordered.map(({ cloud, date, version }) => ({
      cloud,
      date,
      version,
      ipv4Prefixes: counts.get(`${cloud} 4`) ?? 0,
      ipv6Prefixes: counts.get(`${cloud} 6`) ?? 0,
    })),
    places,
    table: table.serialize(),
  });
}
