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
import { DigestError } from '../prove-digest.ts';
import type { Progress } from '../progress/progress.ts';
import type { StoredBlobs } from './stored-blobs.ts';
import { untilStopped } from './until-stopped.ts';

/** After this many failures in a row a destination is skipped, so that nothing is read for it in vain. */
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
export interface Copied {
  /** In the order of the destinations. */
  readonly destinations: readonly DestinationTotals[];
  readonly records: number;
  /** Blobs that could not be copied. */
  readonly failed: number;
  readonly problems: readonly MirrorProblem[];
}

export interface CopyingOptions {
  readonly progress: Progress;
  /** The size of a blob that all destinations had before; undefined for others. */
  readonly stored: (digest: string) => number | undefined;
  /** Whether all destinations have a record already. */
  readonly isRecorded: (record: string) => boolean;
  /** What the destinations had before. */
  readonly listed: readonly StoredBlobs[];
  /** Why nothing is written to a destination. */
  readonly unusable: ReadonlyMap<Destination, string>;
  /** Stops early: abandons what is in flight and starts nothing new. */
  readonly stop?: AbortSignal;
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
  copying.tellGivenUp();
  return copying.copied;
}

interface CopiedBlob {
  /** Problems, one line each. */
  readonly problems: readonly string[];
  /** Bytes read. */
  readonly size: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** {@link Copied} while counting. */
interface Counted extends Writable<Copied> {
  destinations: Writable<DestinationTotals>[];
  problems: MirrorProblem[];
}

class Copying {
  readonly copied: Counted;
  readonly #mirror: OpenMirror;
  readonly #progress: Progress;
  readonly #memory: MemoryBudget;
  readonly #completion: Completion;
  readonly #isRecorded: (record: string) => boolean;
  readonly #doubted: DoubtedRecords;
  readonly #unusable: ReadonlyMap<Destination, string>;
  readonly #stop: AbortSignal;
  /** Consecutive failures of each destination. */
  readonly #failures = new Map<Destination, number>();

  constructor(
    mirror: OpenMirror,
    contents: readonly Contents[],
    { progress, stored, isRecorded, listed, unusable, stop }: CopyingOptions,
  ) {
    this.#mirror = mirror;
    this.#progress = progress;
    this.#memory = new MemoryBudget(mirror.configuration.limits.memory);
    this.#isRecorded = isRecorded;
    this.#doubted = new DoubtedRecords(mirror.destinations, contents, listed, () =>
      performance.now(),
    );
    this.#unusable = unusable;
    for (const destination of unusable.keys()) this.#failures.set(destination, GIVEN_UP_AFTER);
    this.#stop = stop ?? new AbortController().signal;
    this.#completion = new Completion(contents, stored);
    this.copied = {
      destinations: mirror.destinations.map(({ name }) => ({
        name,
        blobs: 0,
        bytes: 0,
        notTried: 0,
      })),
      records: 0,
      failed: 0,
      problems: [],
    };
  }

  async copy(copy: Copy): Promise<void> {
    if (this.#stop.aborted) return;
    const { repository, digest } = copy;
    const to = copy.to.map((number) => this.#mirror.destinations[number]);
    const usable = to.filter((each) => (this.#failures.get(each) ?? 0) < GIVEN_UP_AFTER);
    for (const each of to) if (!usable.includes(each)) this.#totalsOf(each).notTried++;
    this.#progress.begin(repository);
    const { problems, size } =
      usable.length === 0 ? { problems: [], size: 0 } : await this.#copyPatiently(copy, usable);
    const failed = problems.length > 0 || usable.length < to.length;
    // Work interrupted by the end of the run is not a failure.
    if (failed && this.#stop.aborted) return;
    for (const why of problems) this.copied.problems.push({ repository, reference: digest, why });
    if (failed) this.copied.failed++;
    this.#progress.end(repository, failed);
    if (failed) return;
    this.#completion.done(digest, size);
    await this.writeRecords();
  }

  /** Adds one line for a skipped destination, however many blobs it lacks. */
  tellGivenUp(): void {
    for (const destination of this.#mirror.destinations) {
      const { name, notTried } = this.#totalsOf(destination);
      const unusable = this.#unusable.get(destination);
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
    if (this.#unusable.size > 0) return;
    for (const record of this.#completion.take()) {
      if (this.#isRecorded(record)) continue;
      const text = `${JSON.stringify({ mirrored: new Date().toISOString() })}\n`;
      try {
        if (await this.#doubted.isIn(record)) continue;
        await Promise.all(this.#mirror.destinations.map((each) => each.putObject(record, text)));
        this.copied.records++;
      } catch (error) {
        this.copied.problems.push({ repository: '', reference: record, why: failureReason(error) });
      }
    }
  }

  #totalsOf(destination: Destination): Writable<DestinationTotals> {
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
        this.#progress.bytes += bytes;
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
    }
    return { problems: [...failures.values()], size: read };
  }
}
