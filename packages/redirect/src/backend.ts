import type { Place } from '@archeio/clouds';
import type { KeyTemplate } from '@archeio/oci-distribution';

/** Price in US dollars of a GiB sent to clients: one price, or by the distance of the client. */
export type UsdPerGiB =
  | number
  | { readonly sameRegion: number; readonly sameCloud: number; readonly internet: number };

/** What upstreams and stores have in common. */
interface BackendBase {
  /** Index of this backend's state; −1 for a disabled store, which has none. */
  readonly index: number;
  readonly name: string;
  readonly url: string;
  /** Location: the first cloud and region that it is near; undefined if none. */
  readonly location: Place | undefined;
  readonly price: UsdPerGiB | undefined;
  /** Whether redirects to it carry the ID of their request; see {@link withRequestId}. */
  readonly rid: boolean;
}

/** A registry that is a source of truth. */
export interface Upstream extends BackendBase {
  readonly kind: 'upstream';
  /** Base of its API: the URL, then `/v2/`. */
  readonly base: string;
  /** Path before every repository name, with a trailing slash; may be empty. */
  readonly path: string;
  /** For lists: whether a name that begins with `path` already includes it (R9). */
  readonly pathOnce: boolean;
  /** Index of its registry. */
  readonly registry: number;
}

/** Object storage with copies of blobs. */
export interface Store extends BackendBase {
  readonly kind: 'store';
  readonly checkUrl: string;
  readonly key: KeyTemplate;
  /** Its share among the stores near the same client. */
  readonly weight: number;
  /** Whether another region's store may replace it while it is unhealthy. */
  readonly failover: boolean;
}

/** A target of redirects. */
export type Backend = Upstream | Store;
