import { formatPrefix, PrefixTable } from '@archeio/netip';
import type { Prefix } from '@archeio/netip';
import { writeSnapshot } from './snapshot-bytes.ts';
import type { CloudSource, Place } from './source.ts';

/** A prefix with its one place. */
interface Placed {
  readonly prefix: Prefix;
  readonly cloud: string;
  readonly region: string;
}

/** Whether the region names no region: a prefix announced from everywhere. */
function isGlobal(region: string): boolean {
  return region.toLowerCase() === 'global';
}

/** The region of a prefix that one cloud lists twice: a region says more than "global". */
function joinRegions(text: string, cloud: string, one: string, other: string): string {
  if (one === other || isGlobal(other)) return one;
  if (isGlobal(one)) return other;
  throw new RangeError(
    `cannot compile ranges: ${cloud} lists prefix "${text}" in two regions, ${one} and ${other}`,
  );
}

/** Every prefix once, by its text. */
function placePrefixes(sources: readonly CloudSource[]): Map<string, Placed> {
  const placed = new Map<string, Placed>();
  for (const { cloud, prefixes } of sources) {
    for (const [prefix, region] of prefixes) {
      const text = formatPrefix(prefix);
      const known = placed.get(text);
      if (known !== undefined && known.cloud !== cloud) {
        throw new RangeError(
          `cannot compile ranges: prefix "${text}" is listed by ${known.cloud} and by ${cloud}`,
        );
      }
      const joined = known === undefined ? region : joinRegions(text, cloud, known.region, region);
      placed.set(text, { prefix, cloud, region: joined });
    }
  }
  return placed;
}

/** By code units: the same order everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
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
 * @throws RangeError if a cloud comes twice, two clouds list the same prefix, or one cloud lists a
 * prefix in two regions neither of which is global
 */
export function compileRanges(sources: Iterable<CloudSource>): Uint8Array {
  const ordered = [...sources].sort((a, b) => compareText(a.cloud, b.cloud));
  const twice = ordered.find(({ cloud }, at) => cloud === ordered[at + 1]?.cloud);
  if (twice !== undefined) {
    throw new RangeError(`cannot compile ranges: two lists of ${twice.cloud}, expected one`);
  }
  const placed = [...placePrefixes(ordered).values()];
  const [places, indices] = orderPlaces(placed);
  const table = PrefixTable.build(
    placed.map(({ prefix, cloud, region }) => [prefix, indices.get(cloud)!.get(region)!]),
  );
  const count = (cloud: string, family: 4 | 6): number =>
    placed.filter((each) => each.cloud === cloud && each.prefix.addr.family === family).length;
  return writeSnapshot({
    sources: ordered.map(({ cloud, date, version }) => ({
      cloud,
      date,
      version,
      ipv4Prefixes: count(cloud, 4),
      ipv6Prefixes: count(cloud, 6),
    })),
    places,
    table: table.serialize(),
  });
}
