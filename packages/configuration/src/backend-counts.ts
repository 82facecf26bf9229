import type { MirrorOnlyConfiguration } from './configuration.ts';

/** Numbers of registries, upstreams, stores and destinations in a configuration. */
export function backendCounts({ registries = [], stores, mirror }: MirrorOnlyConfiguration): {
  readonly registries: number;
  readonly upstreams: number;
  readonly stores: number;
  /** Of `mirror`. */
  readonly destinations: number;
} {
  return {
    registries: registries.length,
    upstreams: registries.reduce((sum, { upstreams }) => sum + upstreams.length, 0),
    stores: stores.length,
    destinations: mirror?.destinations.length ?? 0,
  };
}
