import {
  Completion,
  type Contents,
  makePlan,
  type Plan,
  type Problem,
  reasonOf,
  type Shard,
  WHOLE,
} from '@archeio/mirror';
import { type Copied, copyAll } from './copy-all.ts';
import type { OpenMirror } from './open-mirror.ts';
import { Progress } from './progress.ts';
import { readWanted } from './read-wanted.ts';
import { listStored, type StoredBlobs } from './stored-blobs.ts';

export interface PlanningOptions {
  readonly shard: Shard;
  /** Whether manifests that have a record everywhere are passed over, and not read. */
  readonly trustRecords: boolean;
}

/** What is wanted, what is there, and the difference. */
export interface Planned {
  readonly contents: readonly Contents[];
  readonly stored: readonly StoredBlobs[];
  readonly plan: Plan;
}

/** Reads source and destinations, and says what is to be copied. */
export async function planMirror(
  { configuration, source, destinations }: OpenMirror,
  { shard, trustRecords }: PlanningOptions,
): Promise<Planned> {
  const stored = await Promise.all(destinations.map((destination) => listStored(destination)));
  const contents = await readWanted(configuration, source, {
    isRecorded: (record) => trustRecords && stored.every((each) => each.isRecorded(record)),
  });
  return { contents, stored, plan: makePlan(contents, stored, shard) };
}

/** Everything that a run did, and what it could not do. */
export interface Summary extends Omit<Copied, 'problems'> {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  readonly passed: number;
  /** Of the source. */
  readonly blobs: number;
  readonly bytes: number;
  readonly foreign: number;
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

export interface SyncOptions extends PlanningOptions {
  /** Shows how far it is; what it returns ends that. */
  readonly show: (progress: Progress) => () => void;
}

/** Plans, copies, and records what is complete. */
export async function syncMirror(mirror: OpenMirror, options: SyncOptions): Promise<Summary> {
  for (const destination of mirror.destinations) await destination.tidy();
  const { contents, stored, plan } = await planMirror(mirror, {
    shard: options.shard,
    trustRecords: options.trustRecords,
  });
  const progress = new Progress(plan.copies, () => performance.now());
  const missing = missingIn(contents, stored);
  const end = options.show(progress);
  try {
    const copied = await copyAll(mirror, contents, plan, {
      progress,
      isThere: (digest) => !missing.has(digest),
      isRecorded: (record) => stored.every((each) => each.isRecorded(record)),
    });
    if (options.shard.count > 1) await recordShared(mirror, contents, copied);
    return {
      repositories: plan.repositories,
      tags: plan.tags,
      manifests: plan.manifests,
      passed: plan.passed,
      blobs: progress.blobs - progress.failed,
      bytes: progress.bytes,
      foreign: plan.foreign.length,
      seconds: progress.seconds,
      ...copied,
      problems: [...plan.problems, ...copied.problems],
    };
  } finally {
    end();
  }
}

/** The blobs that some destination has not, whoever is to copy them. */
function missingIn(contents: readonly Contents[], stored: readonly StoredBlobs[]): Set<string> {
  return new Set(makePlan(contents, stored, WHOLE).copies.map(({ digest }) => digest));
}

/**
 * Other workers copy what manifests of ours need, and the other way round: who finds a manifest complete at the end
 * records it, with all that is below it. What is not complete then is recorded by a later worker, or the next run.
 */
async function recordShared(
  { destinations }: OpenMirror,
  contents: readonly Contents[],
  copied: Copied,
): Promise<void> {
  const stored = await Promise.all(destinations.map((destination) => listStored(destination)));
  const missing = missingIn(contents, stored);
  const completion = new Completion(contents, (digest) => !missing.has(digest));
  for (const record of completion.take()) {
    if (stored.every((each) => each.isRecorded(record))) continue;
    try {
      await Promise.all(destinations.map((each) => each.putText(record, '{}\n')));
      copied.records++;
    } catch (error) {
      copied.problems.push({ repository: '', reference: record, why: reasonOf(error) });
    }
  }
}
