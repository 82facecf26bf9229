import type { Descriptor } from '@archeio/oci-distribution';

/** A tag as a registry lists it. */
export interface ListedTag {
  readonly tag: string;
  /** If the listing states it; otherwise it must be requested. */
  readonly digest?: string;
  /** Upload time, if the listing states it; milliseconds since 1970. */
  readonly uploaded?: number;
}

/** A manifest and its verified digest. */
export interface ReadManifest {
  /** Verified on the received bytes, not on decoded text. */
  readonly digest: string;
  readonly text: string;
  /** As received: what a copy of the registry stores. */
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The manifest that a tag names. */
export interface ResolvedTag {
  readonly digest: string;
  /** Set if the source had to read the manifest to find its digest. */
  readonly manifest?: ReadManifest;
}

/** A source's answer about the referrers of a manifest. */
export interface Referrers {
  /** Empty if the source does not support the referrers API: then tags name them. */
  readonly found: readonly Descriptor[];
  /** Why the source refuses the referrers API for this repository, which may have referrers nevertheless. */
  readonly refused?: string;
}

/** A registry, or anything similar, that a mirror reads. Every method rejects with the reason of a failure. */
export interface ManifestSource {
  tags(repository: string): Promise<readonly ListedTag[]>;
  /** The digest that a tag names, without reading the manifest if the source permits. */
  resolve(repository: string, tag: string): Promise<ResolvedTag>;
  manifest(repository: string, digest: string): Promise<ReadManifest>;
  /** Reads a manifest by tag; the digest is that of the received bytes. */
  taggedManifest(repository: string, tag: string): Promise<ReadManifest>;
  referrers(repository: string, digest: string): Promise<Referrers>;
}

/** Something that could not be read or copied, and why. */
export interface MirrorProblem {
  readonly repository: string;
  /** A tag or digest; empty for the repository itself. */
  readonly reference: string;
  readonly why: string;
}

/** The message of an error, for a list of problems. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
