import type { Descriptor } from '@archeio/oci-distribution';
import type { ManifestFacts } from './manifest-facts.ts';
import type { Platforms } from './platforms.ts';
import type { ListedTag, MirrorProblem } from './source.ts';

/** A blob that a manifest needs. */
export interface WantedBlob {
  readonly digest: string;
  /** Bytes; undefined if the manifest does not state it (schema 1). */
  readonly size: number | undefined;
}

/** A manifest, and what a destination must have before the manifest counts as mirrored. */
export interface WantedManifest {
  readonly repository: string;
  readonly digest: string;
  /** Key of its record. */
  readonly record: string;
  /** Manifests without a record yet, of an index or of its referrers. Once recorded, they are not requested again. */
  readonly children: readonly string[];
  readonly blobs: readonly WantedBlob[];
}

/** What a wanted tag names. */
export interface WantedTag {
  /** A digest if the source has no tag for it. */
  readonly tag: string;
  /** Undefined if the tag never moves and was not requested again. */
  readonly digest: string | undefined;
}

/** The wanted part of a repository. */
export interface Contents {
  /** Empty for problems that belong to no repository. */
  readonly repository: string;
  readonly tags: number;
  /** Tags and manifests skipped because of a record. */
  readonly passed: number;
  readonly manifests: readonly WantedManifest[];
  /** What a copy of the registry has to know of these manifests, by digest. */
  readonly facts: ReadonlyMap<string, ManifestFacts>;
  /** The wanted tags, with those of signatures. */
  readonly roots: readonly WantedTag[];
  /** Records of tags that never move, to be written once the manifest is mirrored. */
  readonly tagRecords: readonly { readonly record: string; readonly digest: string }[];
  /** Foreign layers, which are stored elsewhere and not copied. */
  readonly foreign: readonly Descriptor[];
  readonly problems: readonly MirrorProblem[];
  /** Notes that are not failures: nothing that the source has is left out. */
  readonly notes: readonly MirrorProblem[];
}

export interface ReadingOptions {
  /** Source name in the keys of records. */
  readonly source: string;
  readonly chooseTags: (listed: readonly ListedTag[]) => readonly ListedTag[];
  readonly platforms: Platforms;
  /** Whether a tag never moves. */
  readonly isImmutable: (tag: string) => boolean;
  /** Whether every destination has a record. */
  readonly isRecorded: (record: string) => boolean;
  /** Whether every copy of the registry has a manifest, with everything that it lists. Always true without copies. */
  readonly isManifestCopied?: ((repository: string, digest: string) => boolean) | undefined;
  /** Whether every copy of the registry has a tag as it was written. Always true without copies. */
  readonly isTagCopied?: ((repository: string, tag: string) => boolean) | undefined;
  /** Whether an error means that the source does not have what was requested. */
  readonly isGone: (error: unknown) => boolean;
  /** Whether to query the referrers API. */
  readonly referrers: boolean;
  /** Number of concurrent requests. */
  readonly concurrency: number;
}
