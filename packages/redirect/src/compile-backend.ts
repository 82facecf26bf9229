import type { Store, Upstream, UsdPerGiB } from './backend.ts';
import { compileKeyPath } from '@archeio/oci-distribution';
import { locationOf, type Near } from './near.ts';

/** Configuration of an upstream. */
export interface UpstreamOptions {
  readonly name: string;
  /** `https://host[:port]`, without a path */
  readonly url: string;
  /** Path of the repositories in this upstream, without leading or trailing slash; may be empty. */
  readonly path: string;
  /** Clients that use this upstream before the others. */
  readonly near?: readonly Near[] | undefined;
  readonly usdPerGiB?: UsdPerGiB | undefined;
  /** Whether redirects to it carry the ID of their request (default: false). */
  readonly rid?: boolean | undefined;
}

/** Configuration of a store. */
export interface StoreOptions {
  readonly name: string;
  /** `https://host[:port][/path]`, without trailing slash */
  readonly url: string;
  readonly key: string;
  readonly near?: readonly Near[] | undefined;
  readonly default?: boolean | undefined;
  /** URL for checks, if not `url` (a CDN's origin). */
  readonly checkUrl?: string | undefined;
  /** Its share among the stores near the same client (default: 1); 0 means after all others. */
  readonly weight?: number | undefined;
  /** `region`: while it is unhealthy, another region's store may replace it. */
  readonly failover?: 'region' | 'none' | undefined;
  readonly usdPerGiB?: UsdPerGiB | undefined;
  /** Whether redirects to it carry the ID of their request (default: false). */
  readonly rid?: boolean | undefined;
  /** False: it is not a candidate, and appears only in explanations. */
  readonly enabled?: boolean | undefined;
}

export function compileUpstream(
  index: number,
  registry: number,
  prefix: string,
  options: UpstreamOptions,
): Upstream {
  const { name, url, path, near, usdPerGiB, rid = false } = options;
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
    rid,
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
    rid: options.rid ?? false,
  });
}
