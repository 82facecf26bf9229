import type { Descriptor } from '@archeio/oci-distribution';

/** A tag as a registry lists it. */
export interface ListedTag {
  readonly tag: string;
  /** Where the listing says it; otherwise the registry must be asked. */
  readonly digest?: string;
  /** When it was uploaded, where the listing says it; milliseconds since 1970. */
  readonly uploaded?: number;
}

/** A manifest as it was read, its digest proven. */
export interface ReadManifest {
  readonly digest: string;
  readonly text: string;
  readonly contentType: string;
}

/** A registry, or what looks like one, of which a mirror reads. Every method rejects with what went wrong. */
export interface ManifestSource {
  tags(repository: string): Promise<readonly ListedTag[]>;
  digestOf(repository: string, tag: string): Promise<string>;
  manifest(repository: string, digest: string): Promise<ReadManifest>;
  /** Nothing where the source does not know the referrers API: their tags then name them. */
  referrers(repository: string, digest: string): Promise<readonly Descriptor[]>;
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
