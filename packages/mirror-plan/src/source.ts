import type { Descriptor } from '@archeio/oci-distribution';

/** A tag as a registry lists it. */
export interface ListedTag {
  readonly tag: string;
  /** Where the listing says it; otherwise the registry must be asked. */
  readonly digest?: string;
  /** When it was uploaded, where the listing says it; milliseconds since 1970. */
  readonly uploaded?: number;
}

/** A manifest as it was read. */
export interface ReadManifest {
  /** Proven on the bytes that came, never on text. */
  readonly digest: string;
  readonly text: string;
  readonly contentType: string;
}

/** The manifest that a tag names. */
export interface ResolvedTag {
  readonly digest: string;
  /** If the source had to read it to know the digest. */
  readonly manifest?: ReadManifest;
}

/** What a source says of the manifests that refer to another. */
export interface Referrers {
  /** Empty if the source does not know the referrers API: tags then name them. */
  readonly found: readonly Descriptor[];
  /** Why the source does not answer the referrers API for this repository, if it may have referrers all the same. */
  readonly refused?: string;
}

/** A registry, or what looks like one, from which a mirror reads. Every method rejects with what went wrong. */
export interface ManifestSource {
  tags(repository: string): Promise<readonly ListedTag[]>;
  /** The digest that a tag names, without reading the manifest where the source allows it. */
  resolve(repository: string, tag: string): Promise<ResolvedTag>;
  manifest(repository: string, digest: string): Promise<ReadManifest>;
  /** Reads a manifest by its tag; the digest is the one of its bytes. */
  taggedManifest(repository: string, tag: string): Promise<ReadManifest>;
  referrers(repository: string, digest: string): Promise<Referrers>;
}

/** Something that could not be read or copied, and why. */
export interface Problem {
  readonly repository: string;
  /** A tag or digest; empty where it is the repository itself. */
  readonly reference: string;
  readonly why: string;
}

/** What an error says, for a list of problems. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
