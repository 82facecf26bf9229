import type { Prefix } from '@archeio/netip';
import type { CloudRanges } from './cloud-ranges.ts';
import type { CloudSource } from './source.ts';

/** The lists that a snapshot was compiled from, so that one can be replaced: each prefix once, by address. */
export function sourcesOf(ranges: CloudRanges): CloudSource[] {
  const listed = new Map<string, (readonly [Prefix, string])[]>();
  for (const { cloud } of ranges.sources) listed.set(cloud, []);
  for (const [prefix, place] of ranges.prefixes()) {
    const { cloud, region } = ranges.places[place];
    listed.get(cloud)!.push([prefix, region]);
  }
  return ranges.sources.map(({ cloud, date, version }) => ({
    cloud,
    date,
    version,
    prefixes: listed.get(cloud)!,
  }));
}
