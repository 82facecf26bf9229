import { type DigestAlgorithm, digestAlgorithm } from './digest.ts';
import { type OciError, REFUSALS } from './error.ts';
import { isName } from './name.ts';
import { decodePath } from './percent.ts';
import { isTag } from './tag.ts';

/** `/v2/<name>/manifests/<reference>` (end-3) */
export interface ManifestEndpoint {
  readonly kind: 'manifest';
  readonly name: string;
  readonly reference: string;
  /** The kind of the reference. */
  readonly by: 'tag' | 'digest';
}
/** `/v2/<name>/blobs/<digest>` (end-2) */
export interface BlobEndpoint {
  readonly kind: 'blob';
  readonly name: string;
  readonly digest: string;
  readonly algorithm: DigestAlgorithm;
}
/** `/v2/<name>/tags/list` (end-8) */
export interface TagsEndpoint {
  readonly kind: 'tags';
  readonly name: string;
}
/** `/v2/<name>/referrers/<digest>` (end-12) */
export interface ReferrersEndpoint {
  readonly kind: 'referrers';
  readonly name: string;
  readonly digest: string;
}

/** An endpoint of the OCI distribution API that is read with GET or HEAD. */
export type Endpoint =
  /** `/v2/`: tests whether this registry supports the API (end-1) */
  | { readonly kind: 'base' }
  /** `/v2/_catalog`: Docker's listing of repositories, which is not part of the distribution-spec. */
  | { readonly kind: 'catalog' }
  | ManifestEndpoint
  | BlobEndpoint
  | TagsEndpoint
  | ReferrersEndpoint
  /** A path outside the API, and the error to answer. */
  | { readonly kind: 'invalid'; readonly error: OciError };

const BASE: Endpoint = Object.freeze({ kind: 'base' });
const CATALOG: Endpoint = Object.freeze({ kind: 'catalog' });
const invalid = (error: OciError): Endpoint => Object.freeze({ kind: 'invalid', error });
const BAD_ESCAPE = invalid(REFUSALS.badEscape);
const BAD_NAME = invalid(REFUSALS.badName);
const BAD_DIGEST = invalid(REFUSALS.badDigest);
const BAD_TAG = invalid(REFUSALS.badTag);
const NO_ENDPOINT = invalid(REFUSALS.noEndpoint);

const NAME_START = '/v2/'.length;

function manifest(name: string, reference: string): Endpoint {
  if (reference.includes(':')) {
    if (digestAlgorithm(reference) === undefined) return BAD_DIGEST;
    return { kind: 'manifest', name, reference, by: 'digest' };
  }
  return isTag(reference) ? { kind: 'manifest', name, reference, by: 'tag' } : BAD_TAG;
}

function blob(name: string, digest: string): Endpoint {
  const algorithm = digestAlgorithm(digest);
  return algorithm === undefined ? BAD_DIGEST : { kind: 'blob', name, digest, algorithm };
}

function referrers(name: string, digest: string): Endpoint {
  return digestAlgorithm(digest) === undefined ? BAD_DIGEST : { kind: 'referrers', name, digest };
}

function tags(name: string, last: string): Endpoint {
  return last === 'list' ? { kind: 'tags', name } : NO_ENDPOINT;
}

const READERS: ReadonlyMap<string, (name: string, last: string) => Endpoint> = new Map([
  ['blobs', blob],
  ['manifests', manifest],
  ['referrers', referrers],
  ['tags', tags],
]);

/**
 * Parses a path under `/v2` (without a query) into an endpoint. Percent-encoding is decoded once; then the grammar
 * decides. Parsing starts from the right, since a name may contain `manifests`, `blobs` and the like as components.
 *
 * @param path begins with `/v2`; anything else is not an endpoint
 */
export function parseEndpoint(path: string): Endpoint {
  const decoded = decodePath(path);
  if (decoded === undefined) return BAD_ESCAPE;
  if (decoded === '/v2/' || decoded === '/v2') return BASE;
  if (!decoded.startsWith('/v2/')) return NO_ENDPOINT;
  if (decoded === '/v2/_catalog' || decoded === '/v2/_catalog/') return CATALOG;

  const lastSlash = decoded.lastIndexOf('/');
  const wordSlash = decoded.lastIndexOf('/', lastSlash - 1);
  if (wordSlash < NAME_START || lastSlash === decoded.length - 1) return NO_ENDPOINT;
  const read = READERS.get(decoded.slice(wordSlash + 1, lastSlash));
  if (read === undefined) return NO_ENDPOINT;
  if (!isName(decoded, NAME_START, wordSlash)) return BAD_NAME;
  return read(decoded.slice(NAME_START, wordSlash), decoded.slice(lastSlash + 1));
}
