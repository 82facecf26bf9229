import {
  Completion,
  type Contents,
  type Copy,
  forEachAtMost,
  type Plan,
  type MirrorProblem,
} from '@archeio/mirror-plan';
import { failureReason } from '@archeio/plain-errors';
import { count } from '../progress/amounts.ts';
import { copyBlob } from './copy-blob.ts';
import type { Destination } from '../destination/destination.ts';
import { DoubtedRecords } from './doubted-records.ts';
import { MemoryBudget } from './memory-budget.ts';
import type { OpenMirror } from './open-mirror.ts';
import type { Publisher } from './copies/publisher.ts';
import { DigestError } from '../prove-digest.ts';
import type { Progress } from '../progress/progress.ts';
import type { StoredBlobs } from './stored-blobs.ts';
import { untilStopped } from './until-stopped.ts';
import { writeRecords, type WrittenRecords } from './write-records.ts';

/** After this many failures in a row a destination is skipped, to avoid reading blobs that it will not store. */
const GIVEN_UP_AFTER = 10;
/** Wrong bytes may be a transmission error the first time; the second time they are the source's. */
const TRIES = 2;

/** Totals of one destination. */
export interface DestinationTotals {
  readonly name: string;
  readonly blobs: number;
  readonly bytes: number;
  /** Blobs not tried, because the destination had failed too often. */
  readonly notTried: number;
}

/** Totals of copying. */
export interface Copied extends WrittenRecords {
  /** In the order of the destinations. */
  readonly destinations: readonly DestinationTotals[];
  /** Blobs that could not be copied. */
  readonly failed: number;
}

export interface CopyingOptions {
  readonly progress: Progress;
  /** The size of a blob that all destinations had before; undefined for others. */
  readonly stored: (digest: string) => number | undefined;
  /** What the destinations had before. */
  readonly listed: readonly StoredBlobs[];
  /** Why nothing is written to a destination. */
  readonly unusable: ReadonlyMap<Destination, string>;
  /** Stops early: abandons what is in flight and starts nothing new. */
  readonly stop?: AbortSignal;
  /** Writes copies of the registry as their blobs arrive. */
  readonly publisher?: Publisher;
}

/** Executes a plan, and writes each manifest's record once all destinations have all its blobs. */
export async function copyAll(
  mirror: OpenMirror,
  contents: readonly Contents[],
  plan: Pick<Plan, 'copies'>,
  options: CopyingOptions,
): Promise<Copied> {
  const copying = new Copying(mirror, contents, options);
  await copying.writeRecords();
  await forEachAtMost(mirror.configuration.limits.concurrency, plan.copies, (copy) =>
    copying.copy(copy),
  );
  copying.reportSkipped();
  return copying.copied;
}

interface CopiedBlob {
  /** Problems, one line each. */
  readonly problems: readonly string[];
  /** Bytes read. */
  readonly size: number;
}

/** {@link Copied} to count in. */
const nothingCopied = ({ destinations }: OpenMirror) => ({
  destinations: destinations.map(({ name }) => ({ name, blobs: 0, bytes: 0, notTried: 0 })),
  records: 0,
  failed: 0,
  problems: [] as MirrorProblem[],
});

class Copying {
  readonly copied: ReturnType<typeof nothingCopied>;
  readonly #mirror: OpenMirror;
  readonly #options: CopyingOptions;
  readonly #memory: MemoryBudget;
  readonly #completion: Completion;
  readonly #doubted: DoubtedRecords;
  readonly #stop: AbortSignal;
  /** Consecutive failures of each destination. */
  readonly #failures = new Map<Destination, number>();

  constructor(mirror: OpenMirror, contents: readonly Contents[], options: CopyingOptions) {
    const { listed, stored, stop, unusable } = options;
    this.copied = nothingCopied(mirror);
    this.#mirror = mirror;
    this.#options = options;
    this.#memory = new MemoryBudget(mirror.configuration.limits.memory);
    this.#completion = new Completion(contents, stored);
    this.#doubted = new DoubtedRecords(contents, listed);
    this.#stop = stop ?? new AbortController().signal;
    for (const destination of unusable.keys()) this.#failures.set(destination, GIVEN_UP_AFTER);
  }

  async copy(copy: Copy): Promise<void> {
    if (this.#stop.aborted) return;
    await this.#copy(copy);
    this.#options.publisher?.ended(copy.digest);
  }

  async #copy(copy: Copy): Promise<void> {
    const { repository, digest } = copy;
    const to = copy.to.map((number) => this.#mirror.destinations[number]);
    const usable = to.filter((each) => (this.#failures.get(each) ?? 0) < GIVEN_UP_AFTER);
    for (const each of to) if (!usable.includes(each)) this.#totalsOf(each).notTried++;
    const { progress } = this.#options;
    progress.begin(repository);
    const { problems, size } =
      usable.length === 0 ? { problems: [], size: 0 } : await this.#copyPatiently(copy, usable);
    const failed = problems.length > 0 || usable.length < to.length;
    // Work interrupted by the end of the run is not a failure.
    if (failed && this.#stop.aborted) return;
    for (const why of problems) this.copied.problems.push({ repository, reference: digest, why });
    if (failed) this.copied.failed++;
    progress.end(repository, failed);
    if (failed) return;
    this.#completion.done(digest, size);
    await this.writeRecords();
  }

  /** Adds one line for a skipped destination, however many blobs it lacks. */
  reportSkipped(): void {
    for (const destination of this.#mirror.destinations) {
      const { name, notTried } = this.#totalsOf(destination);
      const unusable = this.#options.unusable.get(destination);
      if (unusable === undefined && notTried === 0) continue;
      const first =
        unusable ?? `destination "${name}" failed ${GIVEN_UP_AFTER} times in a row and was skipped`;
      const why = `${first}: ${count(notTried, 'blob')} not tried`;
      this.copied.problems.push({ repository: '', reference: '', why });
    }
  }

  /** Writes the records of complete manifests, and reports those that turned out to be wrong. */
  async writeRecords(): Promise<void> {
    for (const problem of this.#completion.takeProblems()) this.copied.problems.push(problem);
    // A record counts only if all destinations have it.
    if (this.#options.unusable.size > 0) return;
    const complete = this.#completion.take();
    const { records, problems } = await writeRecords(this.#options.listed, complete, 1, (record) =>
      this.#doubted.isIn(record),
    );
    this.copied.records += records;
    for (const problem of problems) this.copied.problems.push(problem);
  }

  #totalsOf(destination: Destination) {
    return this.copied.destinations[this.#mirror.destinations.indexOf(destination)];
  }

  async #copyPatiently(copy: Copy, to: readonly Destination[]): Promise<CopiedBlob> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#copyOnce(copy, to);
      } catch (error) {
        if (error instanceof DigestError && tries < TRIES) continue;
        return { problems: [failureReason(error)], size: 0 };
      }
    }
  }

  async #copyOnce(copy: Copy, to: readonly Destination[]): Promise<CopiedBlob> {
    const { digest, size, repository } = copy;
    const { source, destinations } = this.#mirror;
    let read = 0;
    const failures = await copyBlob({
      digest,
      size,
      bytes: untilStopped(source.blob(repository, digest), this.#stop),
      to: to.map((destination) => ({
        destination,
        replace: copy.replace.includes(destinations.indexOf(destination)),
      })),
      memory: this.#memory,
      progress: (bytes) => {
        read += bytes;
        this.#options.progress.bytes += bytes;
      },
    });
    for (const destination of to) {
      const why = failures.get(destination);
      this.#failures.set(
        destination,
        why === undefined ? 0 : (this.#failures.get(destination) ?? 0) + 1,
      );
      if (why !== undefined) continue;
      const got = this.#totalsOf(destination);
      got.blobs++;
      got.bytes += size ?? read;
      this.#options.publisher?.stored(destination, digest, read);
    }
    return { problems: [...failures.values()], size: read };
  }
}
