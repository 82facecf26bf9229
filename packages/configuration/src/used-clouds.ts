import { CLOUDS } from './check-places.ts';
import type { Configuration } from './configuration.ts';

/** The parts of a configuration that name clouds. */
export type NamesClouds = Pick<Configuration, 'stores' | 'registries' | 'stayUpstream'> & {
  readonly ranges: Pick<Configuration['ranges'], 'clouds'>;
};

/**
 * The clouds whose ranges are kept fresh: all, or those whose clients are treated in any way of their own, by a store
 * that is in use, by an upstream or by `stayUpstream`.
 */
export function usedClouds({
  stores,
  registries,
  stayUpstream,
  ranges,
}: NamesClouds): readonly string[] {
  if (ranges.clouds === 'all') return CLOUDS;
  const places = [
    ...stayUpstream,
    ...stores.flatMap(({ enabled, near = [] }) => (enabled ? near : [])),
    ...registries.flatMap(({ upstreams }) => upstreams.flatMap(({ near = [] }) => near)),
  ];
  const named = new Set(places.map(({ cloud }) => cloud));
  return CLOUDS.filter((cloud) => named.has(cloud));
}
