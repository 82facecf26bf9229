import {
  type Descriptor,
  type Manifest,
  MANIFEST_MEDIA_TYPES,
  parseManifest,
  referrersTag,
} from '@archeio/oci-distribution';
import { withAncestors } from './ancestors.ts';
import { isReferrersTag } from './is-referrers-tag.ts';
import { lookAgain } from './look-again.ts';
import { forEachAtMost } from './pool.ts';
import type { Contents, ReadingOptions, WantedManifest } from './contents.ts';
import { recordKey, tagKey } from './record.ts';
import { SelectedIndexes, whyNothing } from './selected-indexes.ts';
import {
  type ListedTag,
  type ManifestSource,
  type Problem,
  type ReadManifest,
  reasonOf,
} from './source.ts';
import { wantedBlobs } from './wanted-blobs.ts';

const isManifest = ({ mediaType }: Descriptor): boolean =>
  mediaType === '' || MANIFEST_MEDIA_TYPES.includes(mediaType);

/** A repository while it is being read. */
export class Reading {
  readonly #source: ManifestSource;
  readonly #repository: string;
  readonly #options: ReadingOptions;
  readonly #seen = new Set<string>();
  /** Manifests that are on their way, for several tags that name the same one. */
  readonly #coming = new Map<string, Promise<ReadManifest>>();
  /** What tags name, and the tag. */
  readonly #roots: { readonly tag: string; readonly digest: string }[] = [];
  readonly #indexes = new SelectedIndexes();
  /** What refers to others according to the source, which does not have it. */
  readonly #gone = new Set<string>();
  /** What each manifest leads to: what an index lists, as far as it is chosen, and what refers to it. */
  readonly #edges = new Map<string, readonly string[]>();
  /** Indexes of which some platforms were left out. */
  readonly #partial = new Set<string>();
  readonly #notes: Problem[] = [];
  readonly #manifests: Omit<WantedManifest, 'record'>[] = [];
  readonly #tagRecords: { readonly record: string; readonly digest: string }[] = [];
  readonly #foreign = new Map<string, Descriptor>();
  readonly #problems: Problem[] = [];
  /** Tags that were listed and are not there, and what was answered. */
  readonly #missing = new Map<string, unknown>();
  #passed = 0;

  constructor(source: ManifestSource, repository: string, options: ReadingOptions) {
    this.#source = source;
    this.#repository = repository;
    this.#options = options;
  }

  fail(reference: string, error: unknown): void {
    this.#problems.push({ repository: this.#repository, reference, why: reasonOf(error) });
  }

  #note(reference: string, why: string): void {
    this.#notes.push({ repository: this.#repository, reference, why });
  }

  contents(tags: number): Contents {
    const nothing = this.#indexes.withoutChosen();
    for (const { tag, digest } of this.#roots) {
      const platforms = nothing.get(digest);
      if (platforms !== undefined)
        this.fail(tag, whyNothing(platforms, this.#options.platforms.names));
    }
    const read = new Set(this.#manifests.map(({ digest }) => digest));
    const partial = withAncestors(this.#edges, this.#partial);
    const { source, platforms } = this.#options;
    return {
      repository: this.#repository,
      tags,
      passed: this.#passed,
      manifests: this.#manifests
        // Without a record it is found again by the next run.
        .filter(({ digest }) => !nothing.has(digest))
        .map((each) => ({
          ...each,
          // What leads to an index of some platforms alone does not hold for all of them either.
          record: recordKey(source, each.digest, partial.has(each.digest) ? platforms.suffix : ''),
          children: each.children.filter((child) => !nothing.has(child)),
        })),
      tagRecords: this.#tagRecords.filter(
        ({ digest }) => !nothing.has(digest) && (read.has(digest) || this.#isRecorded(digest)),
      ),
      foreign: [...this.#foreign.values()],
      problems: this.#problems,
      notes: this.#notes,
    };
  }

  async tag({ tag, digest: listed }: ListedTag): Promise<void> {
    const { isImmutable, isRecorded, platforms } = this.#options;
    const record = tagKey(this.#options.source, this.#repository, tag, platforms.suffix);
    const immutable = isImmutable(tag);
    // Where the list names the digest, nothing has to be asked, and the digest says more than the tag.
    if (immutable && listed === undefined && isRecorded(record)) {
      this.#passed++;
      return;
    }
    try {
      const resolved =
        listed === undefined
          ? await this.#source.resolve(this.#repository, tag)
          : { digest: listed };
      const read = resolved.manifest ?? (await this.#tagged(tag, resolved.digest));
      const digest = read?.digest ?? resolved.digest;
      this.#roots.push({ tag, digest });
      if (immutable) this.#tagRecords.push({ record, digest });
      await this.#manifest(digest, { read, isReferrersList: isReferrersTag(tag) });
    } catch (error) {
      if (this.#options.isGone(error)) this.#missing.set(tag, error);
      else this.fail(tag, error);
    }
  }

  /** Looks again for tags that were listed and not there. */
  async missingTags(list: () => Promise<readonly ListedTag[]>): Promise<void> {
    await lookAgain(this.#missing, {
      list,
      read: (tag) => this.tag(tag),
      note: (tag) => this.#note(tag, 'was deleted while the repository was read'),
      fail: (tag, error) => this.fail(tag, error),
    });
  }

  /**
   * Reads what a tag names, undefined if it needs no reading. The tag may have moved since it was asked for, or the
   * registry names a digest that it does not have: then what the tag gives counts.
   */
  async #tagged(tag: string, digest: string): Promise<ReadManifest | undefined> {
    if (this.#seen.has(digest) || this.#isRecorded(digest)) return undefined;
    try {
      return await this.#comingManifest(digest);
    } catch (error) {
      return this.#source.taggedManifest(this.#repository, tag).catch(() => {
        throw error;
      });
    }
  }

  #comingManifest(digest: string): Promise<ReadManifest> {
    const known = this.#coming.get(digest);
    if (known !== undefined) return known;
    const coming = this.#source.manifest(this.#repository, digest);
    this.#coming.set(digest, coming);
    coming.catch(() => this.#coming.delete(digest));
    return coming;
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

  /**
   * Reads a manifest and what is below it, once; all that refers to it as well.
   *
   * @param isReferrersList whether it is the list that registries without the referrers API keep under a tag
   */
  async #manifest(
    digest: string,
    {
      read,
      isReferrersList = false,
    }: { readonly read?: ReadManifest | undefined; readonly isReferrersList?: boolean } = {},
  ): Promise<void> {
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    if (this.#isRecorded(digest)) {
      this.#passed++;
      const { isRecorded, source } = this.#options;
      if (!isRecorded(recordKey(source, digest))) this.#partial.add(digest);
      return;
    }
    const { text, contentType } = read ?? (await this.#comingManifest(digest));
    this.#coming.delete(digest);
    const manifest = parseManifest(text, contentType);
    const { chosen, followed } = this.#chosenOf(digest, manifest);
    const children = followed.map((child) => child.digest);
    const { wanted, foreign } = wantedBlobs(chosen.filter((each) => !followed.includes(each)));
    for (const layer of foreign) this.#foreign.set(layer.digest, layer);
    this.#edges.set(digest, children);
    const waitedFor: string[] = [];
    this.#manifests.push({
      repository: this.#repository,
      digest,
      children: waitedFor,
      blobs: wanted,
    });
    if (isReferrersList)
      for (const each of await this.#allReferrers(children)) waitedFor.push(each);
    else {
      for (const child of children) if (!this.#isRecorded(child)) waitedFor.push(child);
      await this.#all(children);
    }
    if (this.#options.referrers)
      for (const each of await this.#referrers(digest)) waitedFor.push(each);
  }

  /** What is wanted of a manifest: of what it lists what is chosen, and of that what is a manifest itself. */
  #chosenOf(
    digest: string,
    manifest: Manifest,
  ): {
    readonly chosen: readonly Descriptor[];
    readonly followed: readonly Descriptor[];
  } {
    if (manifest.kind !== 'index') return { chosen: manifest.blobs, followed: [] };
    const listed = manifest.manifests;
    const chosen = this.#options.platforms.choose(listed);
    this.#indexes.add(digest, listed, chosen);
    if (chosen.length < listed.length) this.#partial.add(digest);
    return {
      chosen,
      // What caches of builds list beside manifests is blobs, whatever the list is called.
      followed: chosen.filter((each) => isManifest(each)),
    };
  }

  #isRecorded(digest: string): boolean {
    const { isRecorded, platforms, source } = this.#options;
    return (
      isRecorded(recordKey(source, digest)) ||
      (platforms.suffix !== '' && isRecorded(recordKey(source, digest, platforms.suffix)))
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

  /**
   * Reads what refers to a manifest. What the source lists and does not have, no client can pull: it is noted, and what
   * it refers to is complete without it.
   *
   * @returns what has no record yet
   */
  async #allReferrers(digests: readonly string[]): Promise<readonly string[]> {
    for (const digest of digests) {
      try {
        await this.#manifest(digest);
      } catch (error) {
        if (this.#options.isGone(error)) this.#setGone(digest, error);
        else this.fail(digest, error);
      }
    }
    return digests.filter((each) => !this.#isRecorded(each) && !this.#gone.has(each));
  }

  #setGone(digest: string, error: unknown): void {
    // Where something else than a list of referrers names it, its absence is a problem.
    this.#seen.delete(digest);
    if (this.#gone.has(digest)) return;
    this.#gone.add(digest);
    this.#note(digest, `is listed as a referrer, and is gone: ${reasonOf(error)}`);
  }

  /** @returns what has no record yet of it; something that never has one if that could not be read */
  async #referrers(digest: string): Promise<readonly string[]> {
    const reference = `referrers of ${digest}`;
    try {
      const { found, refused } = await this.#source.referrers(this.#repository, digest);
      if (refused !== undefined) this.#note('', refused);
      const digests = found.map((each) => each.digest);
      this.#edges.set(digest, [...(this.#edges.get(digest) ?? []), ...digests]);
      return await this.#allReferrers(digests);
    } catch (error) {
      this.fail(reference, error);
      return [reference];
    }
  }
}
