import type { Configuration } from './configuration.ts';

/** How much a configuration has of what it is about. */
export function backendCounts({ registries, stores }: Configuration): {
  readonly registries: number;
  readonly upstreams: number;
  readonly stores: number;
} {
  return {
    registries: registries.length,
    upstreams: registries.reduce((sum, { upstreams }) => sum + upstreams.length, 0),
    stores: stores.length,
  };
}
