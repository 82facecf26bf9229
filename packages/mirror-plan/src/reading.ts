import {
  type Descriptor,
  type Manifest,
  MANIFEST_MEDIA_TYPES,
  parseManifest,
  referrersTag,
} from '@archeio/oci-distribution';
import { withAncestors } from './ancestors.ts';
import { forEachAtMost } from './pool.ts';
import type { Contents, ReadingOptions, WantedManifest, WantedTag } from './contents.ts';
import { manifestFacts, type ManifestFacts, withoutEntries } from './manifest-facts.ts';
import { recordKey, tagKey } from './record.ts';
import { SelectedIndexes, whyNothing } from './selected-indexes.ts';
import {
  type ListedTag,
  type ManifestSource,
  type MirrorProblem,
  type ReadManifest,
  reasonOf,
} from './source.ts';
import { wantedBlobs } from './wanted-blobs.ts';

/** Whether registries without the referrers API store lists of referrers under such a tag. */
const isReferrersTag = (tag: string): boolean => /^(?:sha256|sha512)-[0-9a-f]{64}$/.test(tag);

const isManifest = ({ mediaType }: Descriptor): boolean =>
  mediaType === '' || MANIFEST_MEDIA_TYPES.includes(mediaType);

/** A repository while it is being read. */
export class Reading {
  readonly #source: ManifestSource;
  readonly #repository: string;
  readonly #options: ReadingOptions;
  readonly #seen = new Set<string>();
  /** Manifests being read, shared by tags that name the same one. */
  readonly #coming = new Map<string, Promise<ReadManifest>>();
  /** What tags name, and the tag. */
  readonly #roots: WantedTag[] = [];
  readonly #indexes = new SelectedIndexes();
  /** Referrers that the source lists but does not have. */
  readonly #gone = new Set<string>();
  /** The edges of each manifest: the selected entries of an index, and referrers. */
  readonly #edges = new Map<string, readonly string[]>();
  /** Indexes of which some platforms were left out. */
  readonly #partial = new Set<string>();
  readonly #notes: MirrorProblem[] = [];
  readonly #manifests: Omit<WantedManifest, 'record'>[] = [];
  readonly #facts = new Map<string, ManifestFacts>();
  readonly #tagRecords: { readonly record: string; readonly digest: string }[] = [];
  readonly #foreign = new Map<string, Descriptor>();
  readonly #problems: MirrorProblem[] = [];
  /** Tags that were listed but are missing, with the answer. */
  readonly missing = new Map<string, unknown>();
  #passed = 0;

  constructor(source: ManifestSource, repository: string, options: ReadingOptions) {
    this.#source = source;
    this.#repository = repository;
    this.#options = options;
  }

  fail(reference: string, error: unknown): void {
    this.#problems.push({ repository: this.#repository, reference, why: reasonOf(error) });
  }

  note(reference: string, why: string): void {
    this.#notes.push({ repository: this.#repository, reference, why });
  }

  contents(tags: number): Contents {
    const nothing = this.#indexes.withoutChosen();
    for (const { tag, digest } of this.#roots) {
      const platforms = nothing.get(digest ?? '');
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
        // Without a record, the next run finds it again.
        .filter(({ digest }) => !nothing.has(digest))
        .map((each) => ({
          ...each,
          // A manifest that refers to a partial index does not hold for all platforms either.
          record: recordKey(source, each.digest, partial.has(each.digest) ? platforms.suffix : ''),
          children: each.children.filter((child) => !nothing.has(child)),
        })),
      facts: withoutEntries(this.#facts, this.#gone),
      roots: this.#roots,
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
    // If the listing has the digest, no request is needed, and the digest is more specific than the tag.
    const isKnown = (): boolean =>
      isRecorded(record) && this.#options.isTagCopied?.(this.#repository, tag) !== false;
    if (immutable && listed === undefined && isKnown()) {
      this.#passed++;
      this.#roots.push({ tag, digest: undefined });
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
      if (this.#options.isGone(error)) this.missing.set(tag, error);
      else this.fail(tag, error);
    }
  }

  /**
   * Reads what a tag names; undefined if it need not be read. The tag may have moved in the meantime, or the registry
   * may name a digest that it does not have: then the manifest read by tag counts.
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
   * Signature tags belong to manifests that are wanted, or recorded: a skipped image below an index can be signed
   * later. Signatures may be signed themselves, hence the loop.
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
   * Reads a manifest with everything below it, and its referrers, once.
   *
   * @param isReferrersList whether it is a list of referrers that a registry without the referrers API stores under a
   * tag
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
    const { text, contentType, bytes } = read ?? (await this.#comingManifest(digest));
    this.#coming.delete(digest);
    const manifest = parseManifest(text, contentType);
    const { chosen, followed } = this.#chosenOf(digest, manifest);
    const children = followed.map((child) => child.digest);
    const { wanted, foreign } = wantedBlobs(chosen.filter((each) => !followed.includes(each)));
    for (const layer of foreign) this.#foreign.set(layer.digest, layer);
    this.#edges.set(digest, children);
    const waitedFor: string[] = [];
    const repository = this.#repository;
    this.#manifests.push({ repository, digest, children: waitedFor, blobs: wanted });
    this.#facts.set(digest, manifestFacts({ text, bytes }, manifest, children));
    if (isReferrersList)
      for (const each of await this.#allReferrers(children)) waitedFor.push(each);
    else {
      for (const child of children) if (!this.#isRecorded(child)) waitedFor.push(child);
      await this.#all(children, (child, error) => this.fail(child, error));
    }
    if (this.#options.referrers)
      for (const each of await this.#referrers(digest)) waitedFor.push(each);
  }

  /** The selected entries of a manifest, and those of them that are manifests. */
  #chosenOf(
    digest: string,
    manifest: Manifest,
  ): Record<'chosen' | 'followed', readonly Descriptor[]> {
    if (manifest.kind !== 'index') return { chosen: manifest.blobs, followed: [] };
    const listed = manifest.manifests;
    const chosen = this.#options.platforms.choose(listed);
    this.#indexes.add(digest, listed, chosen);
    if (chosen.length < listed.length) this.#partial.add(digest);
    return {
      chosen,
      // Other entries are blobs, as in the indexes of build caches, whatever the index is called.
      followed: chosen.filter((each) => isManifest(each)),
    };
  }

  #isRecorded(digest: string): boolean {
    const { isRecorded, platforms, source, isManifestCopied } = this.#options;
    const isStored =
      isRecorded(recordKey(source, digest)) ||
      (platforms.suffix !== '' && isRecorded(recordKey(source, digest, platforms.suffix)));
    return isStored && isManifestCopied?.(this.#repository, digest) !== false;
  }

  async #all(
    digests: readonly string[],
    onError: (digest: string, error: unknown) => void,
  ): Promise<void> {
    for (const digest of digests) {
      try {
        await this.#manifest(digest);
      } catch (error) {
        onError(digest, error);
      }
    }
  }

  /**
   * Reads the referrers of a manifest. A referrer that the source lists but does not have cannot be pulled by any
   * client: it is noted, and its subject is complete without it.
   *
   * @returns those without a record yet
   */
  async #allReferrers(digests: readonly string[]): Promise<readonly string[]> {
    await this.#all(digests, (digest, error) => {
      if (this.#options.isGone(error)) this.#setGone(digest, error);
      else this.fail(digest, error);
    });
    return digests.filter((each) => !this.#isRecorded(each) && !this.#gone.has(each));
  }

  #setGone(digest: string, error: unknown): void {
    // If anything but a list of referrers names it, its absence is a problem.
    this.#seen.delete(digest);
    if (this.#gone.has(digest)) return;
    this.#gone.add(digest);
    this.note(digest, `is listed as a referrer but is missing: ${reasonOf(error)}`);
  }

  /** Those without a record yet, or a name that never gets one if they could not be read. */
  async #referrers(digest: string): Promise<readonly string[]> {
    const reference = `referrers of ${digest}`;
    try {
      const { found, refused } = await this.#source.referrers(this.#repository, digest);
      if (refused !== undefined) this.note('', refused);
      const digests = found.map((each) => each.digest);
      this.#edges.set(digest, [...(this.#edges.get(digest) ?? []), ...digests]);
      return await this.#allReferrers(digests);
    } catch (error) {
      this.fail(reference, error);
      return [reference];
    }
  }
}
