import { CLOUDS } from '@archeio/clouds';
import type { Configuration } from './configuration.ts';

/** The parts of a configuration that name clouds. */
export type NamesClouds = Pick<Configuration, 'stores' | 'registries' | 'stayUpstream'> & {
  readonly ranges: Pick<Configuration['ranges'], 'clouds'>;
};

/**
 * The clouds whose ranges are refreshed: all, or those that a store in use, an upstream
 * or `stayUpstream` names.
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
