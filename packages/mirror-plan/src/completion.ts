import { addTo } from './add-to.ts';
import { circlesOf } from './circles.ts';
import type { Contents, WantedManifest } from './contents.ts';
import type { MirrorProblem } from './source.ts';

/** Records that become complete together: of one manifest, of several in a cycle, or of a tag. */
interface Waiting {
  readonly records: readonly string[];
  /** Manifests that are complete with them. */
  readonly digests: readonly string[];
  /** How many blobs and manifests are missing; infinite if one of them can never arrive. */
  rest: number;
}

/** A manifest that waits for a blob. */
interface BlobNeed {
  readonly manifest: WantedManifest;
  /** As the manifest states; undefined if it does not. */
  readonly size: number | undefined;
  readonly waiting: Waiting;
}

/** The manifests of all repositories, each once. */
function manifestsOf(contents: readonly Contents[]): ReadonlyMap<string, WantedManifest> {
  const manifests = new Map<string, WantedManifest>();
  for (const each of contents.flatMap(({ manifests: all }) => all)) {
    // Another repository may have additional referrers.
    const children = [...(manifests.get(each.digest)?.children ?? []), ...each.children];
    manifests.set(each.digest, { ...each, children });
  }
  return manifests;
}

/**
 * Determines when a manifest, with everything that it needs, is in all destinations, so that its record may be written.
 * Manifests in a cycle, such as an index of referrers and its subject, are complete together.
 */
export class Completion {
  readonly #blobs = new Map<string, BlobNeed[]>();
  readonly #manifests = new Map<string, Waiting[]>();
  readonly #ready: string[] = [];
  readonly #problems: MirrorProblem[] = [];

  /** @param stored the size of a blob that is in every destination already; undefined for others */
  constructor(contents: readonly Contents[], stored: (digest: string) => number | undefined) {
    const manifests = manifestsOf(contents);
    const graph = new Map([...manifests].map(([digest, { children }]) => [digest, children]));
    const begun = circlesOf(graph).map((digests) =>
      this.#addGroup(
        digests.flatMap((digest) => manifests.get(digest) ?? []),
        stored,
      ),
    );
    for (const { record, digest } of contents.flatMap(({ tagRecords }) => tagRecords)) {
      const waiting: Waiting = { records: [record], digests: [], rest: 0 };
      // Recorded manifests are not read, and need no waiting.
      if (manifests.has(digest)) this.#waitForManifest(digest, waiting);
      begun.push(waiting);
    }
    this.#finish(begun.filter(({ rest }) => rest === 0));
  }

  #addGroup(
    manifests: readonly WantedManifest[],
    stored: (digest: string) => number | undefined,
  ): Waiting {
    const digests = manifests.map(({ digest }) => digest);
    const waiting: Waiting = { records: manifests.map(({ record }) => record), digests, rest: 0 };
    const own = new Set(digests);
    const children = new Set(manifests.flatMap((manifest) => manifest.children));
    for (const child of children) if (!own.has(child)) this.#waitForManifest(child, waiting);
    for (const manifest of manifests) {
      for (const { digest, size } of manifest.blobs) {
        const need = { manifest, size, waiting };
        const actual = stored(digest);
        if (actual !== undefined) this.#check(need, digest, actual);
        else {
          waiting.rest++;
          addTo(this.#blobs, digest, need);
        }
      }
    }
    return waiting;
  }

  #waitForManifest(digest: string, waiting: Waiting): void {
    waiting.rest++;
    addTo(this.#manifests, digest, waiting);
  }

  /** Clients cannot pull a blob whose manifest states a wrong size. */
  #check({ manifest, size, waiting }: BlobNeed, blob: string, actual: number): void {
    if (size === undefined || size === actual) return;
    waiting.rest = Infinity;
    const { repository, digest: reference } = manifest;
    const why = `the manifest says that blob ${blob} has ${size} bytes, but it has ${actual}`;
    this.#problems.push({ repository, reference, why });
  }

  /** Does not recurse: a source can nest indexes arbitrarily deep. */
  #finish(complete: readonly Waiting[]): void {
    const open = [...complete].toReversed();
    for (let waiting = open.pop(); waiting !== undefined; waiting = open.pop()) {
      for (const record of waiting.records) this.#ready.push(record);
      for (const digest of waiting.digests) {
        const others = this.#manifests.get(digest) ?? [];
        this.#manifests.delete(digest);
        for (const each of others) each.rest--;
        for (const each of others) if (each.rest === 0) open.push(each);
      }
    }
  }

  /** Marks a blob of this many bytes as stored in every destination. */
  done(digest: string, actual: number): void {
    const needs = this.#blobs.get(digest) ?? [];
    this.#blobs.delete(digest);
    for (const need of needs) {
      need.waiting.rest--;
      this.#check(need, digest, actual);
    }
    const waiting = new Set(needs.map((need) => need.waiting));
    this.#finish([...waiting].filter(({ rest }) => rest === 0));
  }

  /** The records that have become writable since the last call. */
  take(): readonly string[] {
    return this.#ready.splice(0);
  }

  /** Manifests found to be wrong since the last call. */
  takeProblems(): readonly MirrorProblem[] {
    return this.#problems.splice(0);
  }
}
