import type { CloudRanges } from './cloud-ranges.ts';
import type { CloudSource } from './source.ts';

/** The lists that a snapshot was compiled from, to replace one of them: each prefix once, by address. */
export function sourcesOf(ranges: CloudRanges): CloudSource[] {
  const listed = Map.groupBy(ranges.prefixes(), ([, place]) => ranges.places[place].cloud);
  return ranges.sources.map(({ cloud, date, version }) => ({
    cloud,
    date,
    version,
    prefixes: (listed.get(cloud) ?? []).map(([prefix, at]) => [prefix, ranges.places[at].region]),
  }));
}
