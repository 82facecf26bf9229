import {
  type Descriptor,
  digestAlgorithm,
  isSignatureTag,
  MANIFEST_MEDIA_TYPES,
  parseManifest,
  referrersTag,
} from '@archeio/oci-distribution';
import type { Platforms } from './platforms.ts';
import { forEachAtMost } from './pool.ts';
import { recordKey, tagKey } from './record.ts';
import { type ListedTag, type ManifestSource, type Problem, reasonOf } from './source.ts';

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
}

export interface ReadingOptions {
  readonly chooseTags: (listed: readonly ListedTag[]) => readonly ListedTag[];
  readonly platforms: Platforms;
  /** Whether a tag never moves. */
  readonly isImmutable: (tag: string) => boolean;
  /** Whether a record is in every destination. */
  readonly isRecorded: (record: string) => boolean;
  /** Whether the referrers API is asked. */
  readonly referrers: boolean;
  /** Requests at once. */
  readonly concurrency: number;
}

const VERIFIABLE: ReadonlySet<unknown> = new Set(['sha256', 'sha512']);

const isManifest = ({ mediaType }: Descriptor): boolean =>
  mediaType === '' || MANIFEST_MEDIA_TYPES.includes(mediaType);

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
  return reading.contents(chosen.length);
}

class Reading {
  readonly #source: ManifestSource;
  readonly #repository: string;
  readonly #options: ReadingOptions;
  readonly #seen = new Set<string>();
  readonly #manifests: WantedManifest[] = [];
  readonly #tagRecords: { readonly record: string; readonly digest: string }[] = [];
  readonly #foreign = new Map<string, Descriptor>();
  readonly #problems: Problem[] = [];
  #passed = 0;

  constructor(source: ManifestSource, repository: string, options: ReadingOptions) {
    this.#source = source;
    this.#repository = repository;
    this.#options = options;
  }

  fail(reference: string, error: unknown): void {
    this.#problems.push({ repository: this.#repository, reference, why: reasonOf(error) });
  }

  contents(tags: number): Contents {
    const read = new Set(this.#manifests.map(({ digest }) => digest));
    return {
      repository: this.#repository,
      tags,
      passed: this.#passed,
      manifests: this.#manifests,
      tagRecords: this.#tagRecords.filter(
        ({ digest }) => read.has(digest) || this.#isRecorded(digest),
      ),
      foreign: [...this.#foreign.values()],
      problems: this.#problems,
    };
  }

  async tag({ tag, digest: known }: ListedTag): Promise<void> {
    const { isImmutable, isRecorded, platforms } = this.#options;
    const record = tagKey(this.#repository, tag, platforms.suffix);
    const immutable = isImmutable(tag);
    if (immutable && isRecorded(record)) {
      this.#passed++;
      return;
    }
    try {
      const digest = known ?? (await this.#source.digestOf(this.#repository, tag));
      if (immutable) this.#tagRecords.push({ record, digest });
      await this.#manifest(digest);
    } catch (error) {
      this.fail(tag, error);
    }
  }

  /**
   * Tags of signatures belong to manifests that are wanted, and to those that are recorded: an image below an index
   * that we pass over can be signed later. They may belong to each other, so it takes rounds.
   */
  async signatures(tags: readonly ListedTag[]): Promise<void> {
    let rest = tags;
    for (;;) {
      const owners = new Set([...this.#seen].map((digest) => referrersTag(digest)));
      const mine = rest.filter(({ tag }) => {
        const [owner = ''] = tag.split('.');
        return owners.has(owner) || this.#isRecorded(owner.replace('-', ':'));
      });
      if (mine.length === 0) return;
      rest = rest.filter((tag) => !mine.includes(tag));
      await forEachAtMost(this.#options.concurrency, mine, (tag) => this.tag(tag));
    }
  }

  /** Reads a manifest and what is below it, once; all that refers to it as well. */
  async #manifest(digest: string): Promise<void> {
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    if (this.#isRecorded(digest)) {
      this.#passed++;
      return;
    }
    const { text, contentType } = await this.#source.manifest(this.#repository, digest);
    const manifest = parseManifest(text, contentType);
    const isIndex = manifest.kind === 'index';
    const listed = isIndex ? manifest.manifests : manifest.blobs;
    // What caches of builds list beside manifests is blobs, whatever the list is called.
    const chosen = isIndex ? this.#options.platforms.choose(listed) : listed;
    const followed = isIndex ? chosen.filter((each) => isManifest(each)) : [];
    const isWhole = chosen.length === listed.length;
    const children = followed.map((child) => child.digest);
    const unrecorded = children.filter((child) => !this.#isRecorded(child));
    this.#manifests.push({
      repository: this.#repository,
      digest,
      record: recordKey(digest, isWhole ? '' : this.#options.platforms.suffix),
      children: unrecorded,
      blobs: this.#blobs(chosen.filter((each) => !followed.includes(each))),
    });
    await this.#all(children);
    if (this.#options.referrers) unrecorded.push(...(await this.#referrers(digest)));
  }

  #isRecorded(digest: string): boolean {
    const { isRecorded, platforms } = this.#options;
    return (
      isRecorded(recordKey(digest)) ||
      (platforms.suffix !== '' && isRecorded(recordKey(digest, platforms.suffix)))
    );
  }

  async #all(digests: readonly string[]): Promise<void> {
    for (const digest of digests) {
      try {
        await this.#manifest(digest);
      } catch (error) {
        this.fail(digest, error);
      }
    }
  }

  /** @returns what has no record yet of it; something that never has one where that could not be read */
  async #referrers(digest: string): Promise<readonly string[]> {
    const reference = `referrers of ${digest}`;
    try {
      const found = await this.#source.referrers(this.#repository, digest);
      const digests = found.map((each) => each.digest);
      await this.#all(digests);
      return digests.filter((each) => !this.#isRecorded(each));
    } catch (error) {
      this.fail(reference, error);
      return [reference];
    }
  }

  #blobs(blobs: readonly Descriptor[]): WantedBlob[] {
    const wanted = new Map<string, WantedBlob>();
    for (const blob of blobs) {
      const { digest, size } = blob;
      if (blob.urls !== undefined) this.#foreign.set(digest, blob);
      else if (VERIFIABLE.has(digestAlgorithm(digest))) wanted.set(digest, { digest, size });
      else
        throw new SyntaxError(
          `cannot verify digest ${JSON.stringify(digest)}: expected sha256 or sha512`,
        );
    }
    return [...wanted.values()];
  }
}
