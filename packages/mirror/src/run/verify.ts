import { createHash } from 'node:crypto';
import {
  Completion,
  type Contents,
  type Copy,
  forEachAtMost,
  makePlan,
  type Plan,
  type Stored,
  WHOLE,
} from '@archeio/mirror-plan';
import { failureReason } from '@archeio/plain-errors';
import { type Copied, copyAll } from './copy-all.ts';
import { HeldManifests } from './copy/held-manifests.ts';
import { copiesIn } from './copies/open-copies.ts';
import { type PublishedCopy, Publisher } from './copies/publisher.ts';
import { type VerifiedCopy, verifyCopy } from './copies/verify-copy.ts';
import type { Destination, StoredBlob } from '../destination/destination.ts';
import type { OpenMirror } from './open-mirror.ts';
import { prepareDestinations } from './prepare-destinations.ts';
import { Progress } from '../progress/progress.ts';
import { verifiableAlgorithm } from '../prove-digest.ts';
import type { StoredBlobs } from './stored-blobs.ts';
import { planMirror, type PlannedSync } from './sync.ts';

export interface VerifyOptions {
  /** Which stored blobs to read again. */
  readonly isChosen: (blob: StoredBlob) => boolean;
  readonly repair: boolean;
  readonly show: (progress: Progress) => () => void;
}

/** A corrupt stored blob. */
export interface BadBlob {
  readonly destination: string;
  readonly digest: string;
  readonly why: string;
}

export interface Verified {
  /** Blobs read again, over all destinations. */
  readonly blobs: number;
  readonly bytes: number;
  readonly corrupt: readonly BadBlob[];
  /** Needed by a manifest of the source, but missing. */
  readonly missing: readonly BadBlob[];
  /** Digests that the source has, so that they can be copied again. */
  readonly repairable: ReadonlySet<string>;
  readonly repaired: Copied | undefined;
  /** Copies of the registry. */
  readonly copies: readonly VerifiedCopy[];
  /** What was written into them again. */
  readonly repairedCopies: readonly PublishedCopy[];
  readonly problems: Contents['problems'];
  readonly notes: Contents['notes'];
}

/** What is wrong with a stored blob; undefined if it matches its digest. */
async function faultOf(
  destination: Destination,
  { digest }: StoredBlob,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  const algorithm = verifiableAlgorithm(digest);
  const hash = createHash(algorithm);
  for await (const chunk of destination.read(digest)) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  const actual = `${algorithm}:${hash.digest('hex')}`;
  return actual === digest ? undefined : `its bytes have digest ${actual}`;
}

/** The same destination, in which blobs that gc may be about to delete count as stored. */
const withoutDoubts = (stored: StoredBlobs): Stored => ({
  name: stored.name,
  sizeOf: (digest) => stored.sizeOf(digest),
  isDoubted: () => false,
});

/** Reads stored blobs again, compares them with what the source needs, and repairs them if requested. */
export async function verifyMirror(mirror: OpenMirror, options: VerifyOptions): Promise<Verified> {
  const unusable = options.repair ? await prepareDestinations(mirror) : new Map<never, never>();
  const { contents, stored, held } = await planMirror(mirror, {
    shard: WHOLE,
    trustRecords: false,
  });
  const plan = makePlan(contents, stored.map(withoutDoubts), WHOLE);
  const unexpected = unexpectedIn(plan, stored);
  const chosen = stored.flatMap(({ destination, blobs }, number) =>
    [...blobs.values()]
      // If sizes differ, only reading tells whether the stored bytes or the manifest are wrong.
      .filter((blob) => options.isChosen(blob) || unexpected.has(blob))
      .map((blob) => ({ destination, number, blob })),
  );
  const reading = new Progress(
    chosen.map(({ blob }) => blob),
    () => performance.now(),
  );
  const corrupt: BadBlob[] = [];
  const corruptIn = new Map<string, Set<number>>();
  const end = options.show(reading);
  const { concurrency } = mirror.configuration.limits;
  await forEachAtMost(concurrency, chosen, async ({ destination, number, blob }) => {
    const { digest } = blob;
    reading.begin(destination.name);
    const fault = await faultOf(destination, blob, (bytes) => (reading.bytes += bytes)).catch(
      failureReason,
    );
    reading.end(destination.name, fault !== undefined);
    if (fault === undefined) return;
    const why = unexpected.get(blob) ?? fault;
    corrupt.push({ destination: destination.name, digest, why });
    corruptIn.set(digest, (corruptIn.get(digest) ?? new Set()).add(number));
  }).finally(end);

  const missing = missingOf(plan);
  const copies = repairsOf(contents, missing, corruptIn);
  const sound = (digest: string): number | undefined =>
    stored
      .filter((_, number) => corruptIn.get(digest)?.has(number) !== true)
      .map((each) => each.sizeOf(digest))
      .find((size) => size !== undefined);
  // A manifest that states a wrong size for a blob cannot be pulled.
  const wrong = new Completion(contents, sound).takeProblems();
  const { deleted } = mirror.configuration.source.tags;
  const verified = await Array.fromAsync(copiesIn(stored), (copy) =>
    verifyCopy(
      copy,
      contents,
      deleted,
      ({ size, modified }) => options.isChosen({ digest: '', size, modified }),
      concurrency,
    ),
  );
  const publisher = new Publisher(mirror, {
    contents,
    stored,
    copies,
    unusable,
    held: held ?? new HeldManifests(0),
    shard: WHOLE,
    stop: new AbortController().signal,
  });
  const repaired = options.repair
    ? await repair(mirror, { contents, stored, unusable, publisher }, copies, options.show)
    : undefined;
  return {
    blobs: chosen.length,
    bytes: reading.bytes,
    corrupt,
    missing: missing.flatMap(({ digest, to }) =>
      to.map((number) => ({ destination: stored[number].name, digest, why: 'it is missing' })),
    ),
    repairable: new Set(copies.map(({ digest }) => digest)),
    repaired,
    copies: verified,
    repairedCopies: repaired === undefined ? [] : await publisher.seal(false),
    problems: [...plan.problems, ...wrong, ...publisher.problems],
    notes: plan.notes,
  };
}

/** Stored blobs whose size differs from their manifest, and how. */
function unexpectedIn(
  { copies }: Pick<Plan, 'copies'>,
  stored: readonly StoredBlobs[],
): ReadonlyMap<StoredBlob, string> {
  const unexpected = new Map<StoredBlob, string>();
  for (const { digest, size, replace } of copies) {
    const said = size === undefined ? 'manifests disagree' : `its manifest says ${size}`;
    for (const blob of replace.flatMap((number) => stored[number].blobs.get(digest) ?? []))
      unexpected.set(blob, `it has ${blob.size} bytes, but ${said}`);
  }
  return unexpected;
}

/** Copies for destinations that lack a blob entirely; existing blobs were read again. */
function missingOf({ copies }: Pick<Plan, 'copies'>): readonly Copy[] {
  return copies
    .map((copy) => ({
      ...copy,
      to: copy.to.filter((number) => !copy.replace.includes(number)),
      replace: [],
    }))
    .filter(({ to }) => to.length > 0);
}

/** What is missing, and what is corrupt and still needed, each blob once. */
function repairsOf(
  contents: readonly Contents[],
  missing: readonly Copy[],
  corruptIn: ReadonlyMap<string, ReadonlySet<number>>,
): readonly Copy[] {
  const copies = new Map(missing.map((copy) => [copy.digest, copy]));
  for (const { repository, manifests } of contents) {
    for (const { digest, size } of manifests.flatMap(({ blobs }) => blobs)) {
      const corrupt = corruptIn.get(digest);
      if (corrupt === undefined) continue;
      const known = copies.get(digest) ?? { digest, size, repository, to: [], replace: [] };
      const to = [...new Set([...known.to, ...corrupt])];
      const replace = [...new Set([...known.replace, ...corrupt])];
      copies.set(digest, { ...known, to, replace });
    }
  }
  return [...copies.values()];
}

async function repair(
  mirror: OpenMirror,
  {
    contents,
    stored,
    unusable,
    publisher,
  }: Pick<PlannedSync, 'contents' | 'stored' | 'unusable'> & { readonly publisher: Publisher },
  copies: readonly Copy[],
  show: VerifyOptions['show'],
): Promise<Copied> {
  const broken = new Set(copies.map(({ digest }) => digest));
  const progress = new Progress(copies, () => performance.now());
  const end = show(progress);
  const copied = await copyAll(
    mirror,
    contents,
    { copies },
    {
      progress,
      publisher,
      // Blobs that gc may be about to delete are not relied on: the next sync writes them again, and then the record.
      stored: (digest) =>
        broken.has(digest) || stored.some((each) => each.isDoubted(digest))
          ? undefined
          : stored[0].sizeOf(digest),
      listed: stored,
      unusable,
    },
  ).finally(end);
  await publisher.finish();
  return copied;
}
