import type { Place } from '@archeio/clouds';
import type { KeyTemplate } from '@archeio/oci-distribution';

/** What a GiB costs in US dollars that a backend sends to a client: one price, or by how far away the client is. */
export type UsdPerGiB =
  | number
  | { readonly sameRegion: number; readonly sameCloud: number; readonly internet: number };

/** A registry that is a source of truth. */
export interface Upstream {
  readonly kind: 'upstream';
  /** The number under which the state of this backend is kept. */
  readonly index: number;
  readonly name: string;
  readonly url: string;
  /** Where its API begins: the URL, then `/v2/`. */
  readonly base: string;
  /** The names that it adds before a repository's name, with a slash at its end; empty where it adds none. */
  readonly path: string;
  /** Lists: whether a name that begins with `path` is taken to have it already (R9). */
  readonly pathOnce: boolean;
  /** The number of the registry whose upstream it is. */
  readonly registry: number;
  /** Where it is: the first cloud and region that it is near; undefined where it is near none. */
  readonly location: Place | undefined;
  readonly price: UsdPerGiB | undefined;
}

/** Object storage with copies of blobs. */
export interface Store {
  readonly kind: 'store';
  /** The number under which the state of this backend is kept; −1 for one that is disabled, and has none. */
  readonly index: number;
  readonly name: string;
  readonly url: string;
  readonly checkUrl: string;
  readonly key: KeyTemplate;
  /** Its share among several that are near the same client. */
  readonly weight: number;
  /** Whether another region's store may answer for it while it is unhealthy. */
  readonly failover: boolean;
  /** Where it is: the first cloud and region that it is near; undefined where it is near none. */
  readonly location: Place | undefined;
  readonly price: UsdPerGiB | undefined;
}

/** What can be redirected to. */
export type Backend = Upstream | Store;
