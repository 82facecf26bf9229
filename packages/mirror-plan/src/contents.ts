import type { Descriptor } from '@archeio/oci-distribution';
import type { Platforms } from './platforms.ts';
import type { ListedTag, Problem } from './source.ts';

/** A blob that a manifest needs. */
export interface WantedBlob {
  readonly digest: string;
  /** Bytes; undefined where the manifest does not say (schema 1). */
  readonly size: number | undefined;
}

/** A manifest, and what must be in a destination before it counts as mirrored. */
export interface WantedManifest {
  readonly repository: string;
  readonly digest: string;
  /** The name of its record. */
  readonly record: string;
  /**
   * Manifests that have no record yet, of an index or of what refers to it: once it is recorded, nobody asks for them
   * again.
   */
  readonly children: readonly string[];
  readonly blobs: readonly WantedBlob[];
}

/** Of a repository what is wanted. */
export interface Contents {
  /** Empty where it is of none, and there are only problems. */
  readonly repository: string;
  readonly tags: number;
  /** Tags and manifests that a record let us pass over. */
  readonly passed: number;
  readonly manifests: readonly WantedManifest[];
  /** Records of tags that never move, to be written when the manifest is there. */
  readonly tagRecords: readonly { readonly record: string; readonly digest: string }[];
  /** Layers that are had elsewhere and are not copied. */
  readonly foreign: readonly Descriptor[];
  readonly problems: readonly Problem[];
  /** What is worth knowing and is no failure: nothing that the source has is left out. */
  readonly notes: readonly Problem[];
}

export interface ReadingOptions {
  /** Names the source in the keys of records. */
  readonly source: string;
  readonly chooseTags: (listed: readonly ListedTag[]) => readonly ListedTag[];
  readonly platforms: Platforms;
  /** Whether a tag never moves. */
  readonly isImmutable: (tag: string) => boolean;
  /** Whether a record is in every destination. */
  readonly isRecorded: (record: string) => boolean;
  /** Whether an error is the source's answer that it does not have what it was asked for. */
  readonly isGone: (error: unknown) => boolean;
  /** Whether the referrers API is asked. */
  readonly referrers: boolean;
  /** Requests at once. */
  readonly concurrency: number;
}
