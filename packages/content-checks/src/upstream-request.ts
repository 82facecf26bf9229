import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import type { Content } from './content-keys.ts';

/** Every kind of manifest; without them a registry may answer 404 for one that it has. */
const MANIFESTS = MANIFEST_MEDIA_TYPES.join(', ');

/** A HEAD request that asks an upstream for content. */
export interface UpstreamRequest {
  readonly url: string;
  /** Acceptable media types; undefined for any. */
  readonly accept: string | undefined;
}

/**
 * The request for a manifest or a blob.
 *
 * @param upstream `base` is the URL of its API, with `/v2/`; `path` is before every name, with a trailing slash
 */
export function upstreamRequest(
  { base, path }: { readonly base: string; readonly path: string },
  { kind, name, digest }: Content,
): UpstreamRequest {
  const repository = `${base}${path}${name}`;
  return kind === 'manifest'
    ? { url: `${repository}/manifests/${digest}`, accept: MANIFESTS }
    : { url: `${repository}/blobs/${digest}`, accept: undefined };
}
