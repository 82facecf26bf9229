import {
  type BlobEndpoint,
  type ManifestEndpoint,
  type ReferrersEndpoint,
  safeQuery,
  type TagsEndpoint,
} from '@archeio/oci-distribution';
import type { Store, Upstream } from './backend.ts';

/** The endpoints that are redirected to an upstream. */
export type UpstreamEndpoint = ManifestEndpoint | BlobEndpoint | TagsEndpoint | ReferrersEndpoint;

/**
 * Where an upstream has what is asked for, built from the parsed parts alone, so that it cannot leave the upstream's
 * host and path. The query is kept.
 *
 * @param name within the registry, as {@link nameWithin} gives it
 */
export function upstreamLocation(
  upstream: Upstream,
  endpoint: UpstreamEndpoint,
  name: string,
  query: string,
): string {
  const { base, path } = upstream;
  const tail = query === '' ? '' : safeQuery(query);
  switch (endpoint.kind) {
    case 'manifest':
      return `${base}${path}${name}/manifests/${endpoint.reference}${tail}`;
    case 'blob':
      return `${base}${path}${name}/blobs/${endpoint.digest}${tail}`;
    case 'tags':
      return `${base}${listPath(upstream, name)}/tags/list${tail}`;
    case 'referrers':
      return `${base}${listPath(upstream, name)}/referrers/${endpoint.digest}${tail}`;
  }
}

/** R9: a client that follows the upstream's `Link` comes back to us with a name that has the path already. */
function listPath({ path, pathOnce }: Upstream, name: string): string {
  return pathOnce && name.startsWith(path) ? name : path + name;
}

/** Where a store has a blob. No query: it could change what a signed or cached URL means. */
export function storeLocation(store: Store, digest: string): string {
  return store.url + store.key(digest);
}
