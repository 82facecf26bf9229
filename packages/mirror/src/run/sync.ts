import {
  Completion,
  type Contents,
  makePlan,
  type Plan,
  type MirrorProblem,
  type Shard,
  WHOLE,
} from '@archeio/mirror-plan';
import { count } from '../progress/amounts.ts';
import { type Copied, copyAll, type CopyingOptions } from './copy-all.ts';
import { HeldManifests } from './copy/held-manifests.ts';
import { copiesOptions, refuseCollisions } from './copies/open-copies.ts';
import { checkOwner } from './copy/owner.ts';
import { type PlannedCopy, planCopies } from './copies/plan-copies.ts';
import { type PublishedCopy, Publisher } from './copies/publisher.ts';
import type { OpenMirror } from './open-mirror.ts';
import { copyingView } from '../progress/copying-view.ts';
import { vouchedByOlder } from './older-records.ts';
import { prepareDestinations, type Tidied, tidyDestinations } from './prepare-destinations.ts';
import { Progress } from '../progress/progress.ts';
import { readWanted } from './read-wanted.ts';
import { isRecordedIn, listAll, type StoredBlobs } from './stored-blobs.ts';
import { showWhile } from '../progress/view.ts';
import { writeRecords, type WrittenRecords } from './write-records.ts';

export interface PlanningOptions {
  readonly shard: Shard;
  /** Whether to skip manifests that have a record everywhere, without reading them. */
  readonly trustRecords: boolean;
}

/** What is wanted, what is stored, and the difference. */
export interface Planned {
  readonly contents: readonly Contents[];
  readonly stored: readonly StoredBlobs[];
  readonly plan: Plan;
  /** Records of the source that only records of an earlier version confirm. */
  readonly renewed: ReadonlySet<string>;
  /** Manifests for copies of the registry. */
  readonly held: HeldManifests | undefined;
  /** What copies of the registry lack. */
  readonly copies: readonly PlannedCopy[];
}

/** Reads source and destinations, and plans what to copy. */
export async function planMirror(
  mirror: OpenMirror,
  { shard, trustRecords }: PlanningOptions,
): Promise<Planned> {
  const { configuration, destinations } = mirror;
  for (const each of destinations) await checkOwner(each, configuration.source);
  const stored = await listAll(destinations, mirror.show);
  // A record does not name its manifest's blobs: only the source says which manifests need a blob of impossible size.
  const isDamaged = stored.some((each) => each.impossible().length > 0);
  const isTrusted = trustRecords && !isDamaged;
  const renewed = isTrusted ? vouchedByOlder(stored, mirror.source.id) : new Set<string>();
  const isRecorded = (record: string): boolean =>
    isTrusted && (isRecordedIn(stored, record) || renewed.has(record));
  const copying = copiesOptions(stored, configuration);
  const contents = await readWanted(mirror, isRecorded, copying);
  refuseCollisions(contents, stored);
  const plan = makePlan(contents, stored, shard);
  const nothing = plan.problems.length === 0 ? whyNothing(plan, contents) : undefined;
  const problems = nothing === undefined ? plan.problems : [nothing];
  const notes = [...plan.notes, ...(trustRecords ? uselessIn(contents, stored) : [])];
  const copies = planCopies(contents, stored, configuration, shard);
  const { held } = copying ?? {};
  return { contents, stored, plan: { ...plan, problems, notes }, renewed, held, copies };
}

/** Blobs of impossible size that no manifest of the source needs, and that are therefore not copied again. */
function uselessIn(
  contents: readonly Contents[],
  stored: readonly StoredBlobs[],
): readonly MirrorProblem[] {
  const missing = missingIn(contents, stored);
  return stored.flatMap((each) =>
    each
      .impossible()
      .filter(({ digest }) => !missing.has(digest))
      .map(({ digest, size }) => ({
        repository: '',
        reference: digest,
        why: `destination "${each.name}" has ${count(size, 'byte')} under this digest, which cannot be its blob, and no manifest of this source needs it: every run reads all manifests until it is deleted`,
      })),
  );
}

/** Why nothing is selected, a mistake that would go unnoticed; undefined if something is. */
function whyNothing(
  { repositories, tags, passed, foreign }: Plan,
  contents: readonly Contents[],
): MirrorProblem | undefined {
  const problem = (said: string): MirrorProblem => {
    const why = `nothing is mirrored: ${said}`;
    return { repository: '', reference: '', why };
  };
  if (repositories === 0) return problem('the source has no repositories');
  if (tags === 0)
    return problem(`mirror.source.tags selects no tag of ${count(repositories, 'repository')}`);
  const isNeeded = contents.some(({ manifests }) =>
    manifests.some(({ blobs }) => blobs.length > 0),
  );
  if (isNeeded || passed > 0 || foreign.length > 0) return undefined;
  return problem(`no manifest of ${count(tags, 'tag')} has a blob`);
}

/** Everything that a run did, and its problems. */
export interface Summary
  extends Copied, Pick<Plan, 'repositories' | 'tags' | 'manifests' | 'passed' | 'notes'> {
  /** Of the source. */
  readonly blobs: number;
  readonly bytes: number;
  readonly foreign: number;
  /** Time spent copying. */
  readonly seconds: number;
  readonly bytesPerSecond: number;
  /** Whether it stopped before everything was copied. */
  readonly interrupted: boolean;
  /** What was written into copies of the registry. */
  readonly copies: readonly PublishedCopy[];
}

/** What to copy, and where. */
export type PlannedSync = Planned & Tidied & Pick<CopyingOptions, 'unusable'>;

/**
 * Prepares the destinations, removes leftovers of dead runs, and plans. An interruption up to this point loses nothing.
 *
 * @throws MirrorError if no destination can be written to
 */
export async function planSync(mirror: OpenMirror, options: PlanningOptions): Promise<PlannedSync> {
  const unusable = await prepareDestinations(mirror);
  const tidied = await tidyDestinations(mirror.destinations);
  return { unusable, ...tidied, ...(await planMirror(mirror, options)) };
}

export interface SyncOptions {
  readonly shard: Shard;
  /** Stops early. */
  readonly stop: AbortSignal;
}

/** Copies what was planned, and records what is complete. */
export async function syncMirror(
  mirror: OpenMirror,
  planned: PlannedSync,
  options: SyncOptions,
): Promise<Summary> {
  const { contents, stored, plan, renewed, unusable, untidied, unseen } = planned;
  const progress = new Progress(plan.copies, () => performance.now());
  const { shard, stop } = options;
  const { held = new HeldManifests(0) } = planned;
  const { copies } = plan;
  const publisher = new Publisher(mirror, {
    contents,
    stored,
    held,
    copies,
    shard,
    stop,
    unusable,
  });
  const { copied, renewal, shared } = await showWhile(
    mirror.show,
    copyingView(progress),
    async () => {
      // Records of earlier versions are rewritten with their source, so that they can be deleted.
      const mine = unusable.size > 0 ? [] : [...renewed].filter((record) => shard.owns(record));
      const { concurrency } = mirror.configuration.limits;
      const renewal = await writeRecords(stored, mine, concurrency);
      const copied = await copyAll(mirror, contents, plan, {
        publisher,
        progress,
        stored: sizesIn(contents, stored),
        listed: stored,
        unusable,
        stop,
      });
      const shared =
        shard.count > 1 && !stop.aborted && unusable.size === 0
          ? await recordShared(mirror, contents, copied.problems)
          : { records: 0, problems: [], stored: undefined };
      return { copied, renewal, shared };
    },
  );
  const { bytes, seconds, bytesPerSecond } = progress;
  await publisher.finish(shared.stored);
  const problemsOf = (): readonly MirrorProblem[] =>
    [plan, { problems: untidied }, renewal, copied, shared, publisher].flatMap(
      ({ problems }) => problems,
    );
  const published = await publisher.seal(problemsOf().length === 0 && !stop.aborted);
  const { repositories, tags, manifests, passed } = plan;
  return {
    repositories,
    tags,
    manifests,
    passed,
    blobs: progress.blobs - progress.failed,
    bytes,
    foreign: plan.foreign.length,
    seconds,
    bytesPerSecond,
    interrupted: stop.aborted,
    ...copied,
    records: copied.records + shared.records,
    problems: problemsOf(),
    copies: published,
    notes: [...plan.notes, ...unseen],
  };
}

/** The blobs that some destination lacks, regardless of which worker copies them. */
function missingIn(contents: readonly Contents[], stored: readonly StoredBlobs[]): Set<string> {
  return new Set(makePlan(contents, stored, WHOLE).copies.map(({ digest }) => digest));
}

/** The size of a blob that every destination has; undefined for others. */
function sizesIn(
  contents: readonly Contents[],
  stored: readonly StoredBlobs[],
): (digest: string) => number | undefined {
  const missing = missingIn(contents, stored);
  return (digest) => (missing.has(digest) ? undefined : stored[0].sizeOf(digest));
}

/**
 * Workers share blobs: others copy what our manifests need, and the reverse. A worker that finds a manifest complete at
 * the end records it with everything below it. What is incomplete then is recorded by a later worker, or by the next
 * run.
 *
 * @param before problems that are already reported
 */
async function recordShared(
  { destinations, configuration, show }: OpenMirror,
  contents: readonly Contents[],
  before: readonly MirrorProblem[],
): Promise<WrittenRecords & { readonly stored: readonly StoredBlobs[] }> {
  const stored = await listAll(destinations, show);
  const completion = new Completion(contents, sizesIn(contents, stored));
  const known = new Set(before.map(({ reference, why }) => `${reference} ${why}`));
  const problems = completion
    .takeProblems()
    .filter(({ reference, why }) => !known.has(`${reference} ${why}`));
  const written = await writeRecords(stored, completion.take(), configuration.limits.concurrency);
  return { ...written, problems: [...problems, ...written.problems], stored };
}
