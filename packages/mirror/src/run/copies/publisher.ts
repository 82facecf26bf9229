import { createHash } from 'node:crypto';
import {
  API_KEY,
  type Contents,
  type Copy,
  type CopyPlan,
  type MirrorProblem,
  planCopy,
  reasonOf,
  REGISTRY_KEY,
  type Shard,
  type WantedBlob,
} from '@archeio/mirror-plan';
import { count } from '../../progress/amounts.ts';
import type { Destination } from '../../destination/destination.ts';
import { lineView, showWhile } from '../../progress/view.ts';
import type { OpenMirror } from '../open-mirror.ts';
import type { StoredBlobs } from '../stored-blobs.ts';
import type { HeldManifests } from '../copy/held-manifests.ts';
import { copiedRegistry } from '../copy/owner.ts';
import { publishRepository } from '../copy/publish-repository.ts';
import type { StoredCopy } from '../copy/stored-copy.ts';
import { WorkQueue } from '../copy/work-queue.ts';

/** After this many repositories in a row that could not be written, a copy is left alone until the next run. */
const GIVEN_UP_AFTER = 3;

/** Repositories that are written in parallel; the objects of each are written in parallel too. */
const REPOSITORIES_AT_ONCE = 8;

/** What a run wrote into one copy of the registry. */
export interface PublishedCopy {
  readonly name: string;
  readonly manifests: number;
  readonly tags: number;
  readonly deleted: number;
  /** Whether every wanted tag is in the copy, so that the run states its time there. */
  readonly whole: boolean;
}

/** Whether a repository is written by this worker: two must not write the same one. */
export function ownsRepository(shard: Shard, repository: string): boolean {
  return shard.owns(`sha256:${createHash('sha256').update(repository).digest('hex')}`);
}

export interface PublisherOptions {
  readonly contents: readonly Contents[];
  readonly stored: readonly StoredBlobs[];
  readonly held: HeldManifests;
  readonly copies: readonly Copy[];
  readonly shard: Shard;
  readonly stop: AbortSignal;
  /** Why nothing is written to a destination. */
  readonly unusable: ReadonlyMap<Destination, string>;
}

/** One copy while it is written. */
class CopyInProgress {
  readonly copy: StoredCopy;
  /** Blobs that this run has stored there. */
  readonly written = new Map<string, number>();
  stored: StoredBlobs;
  readonly totals = { manifests: 0, tags: 0, deleted: 0 };
  readonly whole = new Set<string>();
  failures = 0;
  notTried = 0;

  constructor(copy: StoredCopy, stored: StoredBlobs) {
    this.copy = copy;
    this.stored = stored;
  }

  sizeOf(digest: string): number | undefined {
    return (
      this.written.get(digest) ??
      (this.stored.isDoubted(digest) ? undefined : this.stored.sizeOf(digest))
    );
  }

  /** A manifest that states a wrong size cannot be pulled. */
  has({ digest, size }: WantedBlob): boolean {
    const actual = this.sizeOf(digest);
    return actual !== undefined && (size === undefined || size === actual);
  }
}

/** Writes manifests and tags into copies of the registry, each repository once its blobs are there. */
export class Publisher {
  readonly problems: MirrorProblem[] = [];
  readonly #mirror: OpenMirror;
  readonly #options: PublisherOptions;
  readonly #queue = new WorkQueue(REPOSITORIES_AT_ONCE);
  readonly #copies: ReadonlyMap<Destination, CopyInProgress>;
  readonly #contents = new Map<string, Contents>();
  /** Repositories that wait for a blob. */
  readonly #waiting = new Map<string, string[]>();
  /** How many blobs each repository waits for. */
  readonly #missing = new Map<string, number>();

  constructor(mirror: OpenMirror, options: PublisherOptions) {
    this.#mirror = mirror;
    this.#options = options;
    const { contents, stored, copies, shard, unusable } = options;
    this.#copies = new Map(
      stored.flatMap((each) =>
        each.copy === undefined || unusable.has(each.destination)
          ? []
          : [[each.destination, new CopyInProgress(each.copy, each)]],
      ),
    );
    if (this.#copies.size === 0) return;
    const coming = new Set(copies.map(({ digest }) => digest));
    for (const each of contents) {
      const { repository, manifests } = each;
      if (repository === '' || !ownsRepository(shard, repository)) continue;
      this.#contents.set(repository, each);
      const blobs = new Set(
        manifests.flatMap((manifest) => manifest.blobs.map(({ digest }) => digest)),
      );
      const missing = [...blobs].filter((digest) => coming.has(digest));
      this.#missing.set(repository, missing.length);
      for (const digest of missing)
        this.#waiting.set(digest, [...(this.#waiting.get(digest) ?? []), repository]);
    }
  }

  /** A destination has a blob now. */
  stored(destination: Destination, digest: string, size: number): void {
    this.#copies.get(destination)?.written.set(digest, size);
  }

  /** A blob was copied, or could not be. Begins to write the repositories that waited only for it. */
  ended(digest: string): void {
    const repositories = this.#waiting.get(digest) ?? [];
    this.#waiting.delete(digest);
    // Other workers copy the rest: only at the end is it known what is there.
    if (this.#options.shard.count > 1) return;
    for (const repository of repositories) {
      const rest = (this.#missing.get(repository) ?? 0) - 1;
      this.#missing.set(repository, rest);
      if (rest === 0) this.#queue.add(() => this.#publish(repository));
    }
  }

  /**
   * Writes the other repositories.
   *
   * @param stored what the destinations have now, if other workers write as well
   */
  async finish(stored?: readonly StoredBlobs[]): Promise<void> {
    for (const each of stored ?? []) {
      const copy = this.#copies.get(each.destination);
      if (copy !== undefined) copy.stored = each;
    }
    for (const repository of this.#contents.keys())
      this.#queue.add(() => this.#publish(repository));
    const view = lineView(() => `writing copies of the registry: ${this.#written()}`);
    if (this.#copies.size > 0) await showWhile(this.#mirror.show, view, () => this.#queue.done());
    for (const { copy, notTried } of this.#copies.values())
      if (notTried > 0)
        this.#fail(
          '',
          `destination "${copy.destination.name}" failed ${GIVEN_UP_AFTER} times in a row: ${count(notTried, 'repository')} of the copy not tried`,
        );
  }

  /**
   * States in each copy that holds everything that it does, and since when.
   *
   * @param isWhole whether the run had no problem anywhere
   */
  async seal(isWhole: boolean): Promise<readonly PublishedCopy[]> {
    const { contents, shard } = this.#options;
    const wanted = contents.filter(({ repository }) => repository !== '');
    const published: PublishedCopy[] = [];
    for (const [destination, { copy, totals, whole }] of this.#copies) {
      let isSealed = isWhole && shard.count === 1 && whole.size === wanted.length;
      if (isSealed) {
        try {
          await this.#writeRegistry(copy);
        } catch (error) {
          this.#fail('', reasonOf(error));
          isSealed = false;
        }
      }
      published.push({ name: destination.name, ...totals, whole: isSealed });
    }
    return published;
  }

  readonly #manifestsOf = new Map<StoredCopy, Map<string, number>>();

  async #writeRegistry(copy: StoredCopy): Promise<void> {
    const { source } = this.#mirror.configuration;
    const manifests = new Map(
      copy.repositories.map((repository) => [repository, copy.state(repository).manifests.size]),
    );
    for (const [repository, number] of this.#manifestsOf.get(copy) ?? [])
      manifests.set(repository, number);
    const content = {
      version: 1,
      ...copiedRegistry(source),
      finishedAt: new Date().toISOString(),
      repositories: manifests.size,
      manifests: [...manifests.values()].reduce((sum, each) => sum + each, 0),
    };
    await copy.destination.putObject(REGISTRY_KEY, `${JSON.stringify(content)}\n`);
  }

  async #publish(repository: string): Promise<void> {
    const contents = this.#contents.get(repository);
    if (contents === undefined || this.#options.stop.aborted) return;
    this.#contents.delete(repository);
    await Promise.all([...this.#copies.values()].map((each) => this.#publishIn(each, contents)));
  }

  async #publishIn(into: CopyInProgress, contents: Contents): Promise<void> {
    if (into.failures >= GIVEN_UP_AFTER) {
      into.notTried++;
      return;
    }
    const { source, configuration } = this.#mirror;
    const { repository } = contents;
    const plan = copyPlanOf(into.copy, contents, configuration.source.tags.deleted, (blob) =>
      into.has(blob),
    );
    try {
      if (!into.copy.has(API_KEY) && into.totals.manifests === 0)
        await into.copy.place.put(API_KEY, new TextEncoder().encode('{}'), 'application/json');
      const written = await publishRepository(plan, {
        copy: into.copy,
        bytesOf: (digest) => this.#options.held.bytesOf(source, repository, digest),
        sizeOf: (digest) => into.sizeOf(digest),
        concurrency: Math.ceil(configuration.limits.concurrency / REPOSITORIES_AT_ONCE),
        stop: this.#options.stop,
      });
      if (written === undefined) return;
      into.failures = 0;
      into.totals.manifests += written.manifests;
      into.totals.tags += written.tags;
      into.totals.deleted += written.deleted;
      if (plan.isWhole) into.whole.add(repository);
      const manifests = this.#manifestsOf.get(into.copy) ?? new Map<string, number>();
      this.#manifestsOf.set(into.copy, manifests.set(repository, plan.state.manifests.size));
    } catch (error) {
      into.failures++;
      this.#fail(repository, reasonOf(error));
    }
  }

  /** What was written so far, in words. */
  #written(): string {
    const all = [...this.#copies.values()].map(({ totals }) => totals);
    const manifests = all.reduce((sum, each) => sum + each.manifests, 0);
    const tags = all.reduce((sum, each) => sum + each.tags, 0);
    return `${count(manifests, 'manifest')}, ${count(tags, 'tag')}`;
  }

  #fail(repository: string, why: string): void {
    this.problems.push({ repository, reference: '', why });
  }
}

/** Plans what to write of one repository into one copy. */
export function copyPlanOf(
  copy: StoredCopy,
  contents: Contents,
  deleted: 'keep' | 'follow' | undefined,
  isStored: (blob: WantedBlob) => boolean,
): CopyPlan {
  return planCopy({
    contents,
    copied: copy.copied(contents.repository),
    isStored,
    linksBlobs: copy.place.linksBlobs,
    follows: deleted === 'follow',
  });
}
