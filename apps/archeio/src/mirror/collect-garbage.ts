import {
  type Contents,
  digestOfRecord,
  findGarbage,
  formatSightings,
  type Garbage,
  parseSightings,
  reasonOf,
  type Sightings,
  UNREFERENCED_KEY,
} from '@archeio/mirror';
import { FailedError } from '../commands/errors.ts';
import type { Destination } from './destination.ts';
import type { OpenMirror } from './open-mirror.ts';
import { listStored, type StoredBlobs } from './stored-blobs.ts';
import { readWanted } from './read-wanted.ts';

export interface CollectingOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  /** The share of a destination's blobs that may go at once. */
  readonly atMost: number;
  readonly delete: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What was found in a destination, and (where it was told to) deleted. */
export interface Collected {
  readonly name: string;
  readonly blobs: number;
  readonly garbage: number;
  readonly bytes: number;
  readonly waiting: number;
  readonly deleted: number;
}

interface Found {
  readonly destination: Destination;
  readonly stored: StoredBlobs;
  readonly garbage: Garbage;
}

/** Every digest and record that the source accounts for. */
interface Needed {
  readonly blobs: ReadonlySet<string>;
  readonly manifests: ReadonlySet<string>;
  readonly tagRecords: ReadonlySet<string>;
}

function neededBy(contents: readonly Contents[]): Needed {
  const manifests = contents.flatMap((each) => each.manifests);
  return {
    blobs: new Set(manifests.flatMap(({ blobs }) => blobs.map(({ digest }) => digest))),
    manifests: new Set(manifests.map(({ digest }) => digest)),
    tagRecords: new Set(contents.flatMap((each) => each.tagRecords.map(({ record }) => record))),
  };
}

/**
 * Finds blobs that no manifest of the source needs any more, and deletes them where it is told to.
 *
 * @throws FailedError where the source could not be read whole, too much would go, or another run was at work
 */
export async function collectGarbage(
  mirror: OpenMirror,
  options: CollectingOptions,
): Promise<readonly Collected[]> {
  // Listed before the source is read: what appears meanwhile is no candidate.
  const listings = await Promise.all(
    mirror.destinations.map(async (destination) => ({
      destination,
      stored: await listStored(destination),
    })),
  );
  const contents = await readWanted(mirror.configuration, mirror.source, {
    isRecorded: () => false,
  });
  refuseUnlessWhole(contents);
  const needed = neededBy(contents);
  const found: Found[] = [];
  for (const { destination, stored } of listings) {
    const garbage = findGarbage({
      stored: [...stored.blobs.values()],
      isReferenced: (digest) => needed.blobs.has(digest),
      sightings: await sightingsOf(destination),
      now: options.now,
      olderThan: options.olderThan,
    });
    await destination.putText(UNREFERENCED_KEY, formatSightings(garbage.sightings));
    found.push({ destination, stored, garbage });
  }
  if (options.delete) {
    for (const each of found) refuseTooMuch(each, options.atMost);
    for (const each of found) await refuseWhileWritten(each);
    for (const each of found) await deleteFrom(each, needed);
  }
  return found.map(({ destination: { name }, stored, garbage }) => ({
    name,
    blobs: stored.blobs.size,
    garbage: garbage.blobs.length,
    bytes: garbage.blobs.reduce((bytes, { size }) => bytes + size, 0),
    waiting: garbage.waiting,
    deleted: options.delete ? garbage.blobs.length : 0,
  }));
}

async function sightingsOf(destination: Destination): Promise<Sightings> {
  const text = await destination.getText(UNREFERENCED_KEY);
  try {
    return parseSightings(text);
  } catch (error) {
    throw new FailedError(
      `destination "${destination.name}": ${reasonOf(error)}: delete ${UNREFERENCED_KEY} to let the time begin anew`,
    );
  }
}

function refuseUnlessWhole(contents: readonly Contents[]): void {
  const problems = contents.flatMap((each) => each.problems);
  const [first] = problems;
  if (first !== undefined)
    throw new FailedError(
      `nothing was deleted: the source could not be read whole (${first.repository} ${first.reference}: ${first.why}${problems.length > 1 ? `, and ${problems.length - 1} more` : ''})`,
    );
  if (contents.every(({ manifests }) => manifests.length === 0))
    throw new FailedError('nothing was deleted: the source has no manifest that is mirrored');
}

function refuseTooMuch({ destination, stored, garbage }: Found, atMost: number): void {
  const share = stored.blobs.size === 0 ? 0 : garbage.blobs.length / stored.blobs.size;
  if (share > atMost)
    throw new FailedError(
      `nothing was deleted: ${garbage.blobs.length} of ${stored.blobs.size} blobs of destination "${destination.name}" would go, and at most ${Math.round(atMost * 1000) / 10} % may (--at-most)`,
    );
}

/** A record that appeared since the first listing is of a manifest that we may not have read. */
async function refuseWhileWritten({ destination, stored }: Found): Promise<void> {
  for await (const record of destination.records())
    if (!stored.records.has(record))
      throw new FailedError(
        `nothing was deleted: another run wrote to destination "${destination.name}" meanwhile: run it again when that has ended`,
      );
}

/** Records go first: one without its blobs would keep them from ever being copied again. */
async function deleteFrom({ destination, stored, garbage }: Found, needed: Needed): Promise<void> {
  const stale = [...stored.records].filter((record) => {
    const digest = digestOfRecord(record);
    return digest === undefined ? !needed.tagRecords.has(record) : !needed.manifests.has(digest);
  });
  const now = new Map<string, number>();
  for await (const { digest, modified } of destination.list()) now.set(digest, modified);
  const unchanged = garbage.blobs.filter(({ digest, modified }) => now.get(digest) === modified);
  await destination.deleteTexts(stale);
  await destination.deleteBlobs(unchanged.map(({ digest }) => digest));
  const left = new Map(garbage.sightings);
  for (const { digest } of unchanged) left.delete(digest);
  await destination.putText(UNREFERENCED_KEY, formatSightings(left));
}
