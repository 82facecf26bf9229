import {
  type BlobEndpoint,
  type ManifestEndpoint,
  type ReferrersEndpoint,
  safeQuery,
  type TagsEndpoint,
} from '@archeio/oci-distribution';
import type { Store, Upstream } from './backend.ts';

/** The endpoints that redirect to an upstream. */
export type UpstreamEndpoint = ManifestEndpoint | BlobEndpoint | TagsEndpoint | ReferrersEndpoint;

/**
 * The URL at an upstream, built only from the parsed parts, so that it cannot leave the upstream's
 * host and path. Keeps the query.
 *
 * @param name within the registry, from {@link nameWithin}
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

/**
 * The URL with `rid`, which the access log of its server then has. Backends ignore it.
 *
 * @param url from {@link upstreamLocation} or {@link storeLocation}
 * @param requestId letters, digits, `.`, `_` and `-`
 */
export function withRequestId(url: string, requestId: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}rid=${requestId}`;
}

/** R9: a client that follows the upstream's `Link` returns with a name that already includes the path. */
function listPath({ path, pathOnce }: Upstream, name: string): string {
  return pathOnce && name.startsWith(path) ? name : path + name;
}

/** The URL of a blob at a store. Drops the query, which could change the meaning of a signed or cached URL. */
export function storeLocation(store: Store, digest: string): string {
  return store.url + store.key(digest);
}
