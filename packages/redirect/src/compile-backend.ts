import type { Store, Upstream, UsdPerGiB } from './backend.ts';
import { compileKeyPath } from '@archeio/oci-distribution';
import { locationOf, type Near } from './near.ts';

/** An upstream as it is configured. */
export interface UpstreamOptions {
  readonly name: string;
  /** `https://host[:port]`, nothing behind it */
  readonly url: string;
  /** The repositories' common path in this upstream, without slashes at its ends; may be empty. */
  readonly path: string;
  /** Clients for whom this upstream goes first. */
  readonly near?: readonly Near[] | undefined;
  readonly usdPerGiB?: UsdPerGiB | undefined;
}

/** A store as it is configured. */
export interface StoreOptions {
  readonly name: string;
  /** `https://host[:port][/path]`, without a slash at its end */
  readonly url: string;
  readonly key: string;
  readonly near?: readonly Near[] | undefined;
  readonly default?: boolean | undefined;
  /** Where presence is asked, if not at `url` (a CDN's origin). */
  readonly checkUrl?: string | undefined;
  /** Its share among several stores near the same client, 1 without it; 0: only after the others. */
  readonly weight?: number | undefined;
  /** `region`: while it is unhealthy another region's store may answer for it. */
  readonly failover?: 'region' | 'none' | undefined;
  readonly usdPerGiB?: UsdPerGiB | undefined;
  /** False: it is no candidate, and is only told of. */
  readonly enabled?: boolean | undefined;
}

export function compileUpstream(
  index: number,
  registry: number,
  prefix: string,
  options: UpstreamOptions,
): Upstream {
  const { name, url, path, near, usdPerGiB } = options;
  return Object.freeze({
    kind: 'upstream',
    index,
    name,
    url,
    base: `${url}/v2/`,
    path: path === '' ? '' : `${path}/`,
    pathOnce: prefix === '',
    registry,
    location: locationOf(near),
    price: usdPerGiB,
  });
}

export function compileStore(index: number, options: StoreOptions): Store {
  const { name, url, key, checkUrl, near } = options;
  return Object.freeze({
    kind: 'store',
    index,
    name,
    url: `${url}/`,
    checkUrl: `${checkUrl ?? url}/`,
    key: compileKeyPath(key),
    weight: options.weight ?? 1,
    failover: options.failover === 'region',
    location: locationOf(near),
    price: options.usdPerGiB,
  });
}
