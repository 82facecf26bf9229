import { type Descriptor, isSignatureTag } from '@archeio/oci-distribution';
import type { Platforms } from './platforms.ts';
import { forEachAtMost } from './pool.ts';
import { Reading } from './reading.ts';
import type { ListedTag, ManifestSource, Problem } from './source.ts';

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

/** Reads one repository; what fails is a problem in the list, and the rest is read all the same. */
export async function readRepository(
  source: ManifestSource,
  repository: string,
  options: ReadingOptions,
): Promise<Contents> {
  const reading = new Reading(source, repository, options);
  let listed: readonly ListedTag[];
  try {
    listed = await source.tags(repository);
  } catch (error) {
    // Nothing of it is known, not even that there is such a repository.
    reading.fail('', error);
    return { ...reading.contents(0), repository: '' };
  }
  const chosen = options.chooseTags(listed);
  await forEachAtMost(options.concurrency, chosen, (tag) => reading.tag(tag));
  await reading.signatures(listed.filter(({ tag }) => isSignatureTag(tag)));
  await reading.missingTags(() => source.tags(repository));
  return reading.contents(chosen.length);
}
