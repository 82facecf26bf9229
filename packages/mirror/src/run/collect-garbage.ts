import {
  type Contents,
  findGarbage,
  formatSightings,
  type Garbage,
  sourceKey,
  UNREFERENCED_KEY,
  whyUnjudged,
} from '@archeio/mirror-plan';
import { MirrorError } from '../mirror-error.ts';
import { count } from '../progress/amounts.ts';
import { type CopyGarbage, deleteFromCopy, findCopyGarbage } from './copy/collect-copy.ts';
import type { Destination } from '../destination/destination.ts';
import { textAt, tryParseJson } from '../json-value.ts';
import type { OpenMirror } from './open-mirror.ts';
import { listAll, readSightings, type StoredBlobs } from './stored-blobs.ts';
import { readWanted } from './read-wanted.ts';
import type { Source } from '../source/source.ts';

export interface CollectingOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  /** The maximum share of a destination's blobs that one run may delete. */
  readonly atMost: number;
  readonly delete: boolean;
  /** Whether to attribute records of an earlier version, which name no source, to this source. */
  readonly adoptsOlder: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What was found in a destination and, if requested, deleted. */
export interface Collected {
  readonly name: string;
  readonly blobs: number;
  readonly garbage: number;
  readonly bytes: number;
  readonly waiting: number;
  readonly deleted: number;
  /** Of a copy of the registry. */
  readonly copy?: CollectedCopy;
}

/** Manifests and tags of a copy of the registry. */
export interface CollectedCopy {
  readonly total: number;
  readonly garbage: number;
  readonly waiting: number;
  readonly deleted: number;
}

interface Found {
  readonly stored: StoredBlobs;
  readonly garbage: Garbage;
  readonly copy: CopyGarbage | undefined;
}

/** Every digest and record that the source needs. */
function neededBy(
  contents: readonly Contents[],
  source: string,
): Record<'blobs' | 'records', ReadonlySet<string>> {
  const manifests = contents.flatMap((each) => each.manifests);
  return {
    blobs: new Set(manifests.flatMap(({ blobs }) => blobs.map(({ digest }) => digest))),
    // By key: the record of a whole index would keep too much if only some of its platforms are mirrored.
    records: new Set([
      sourceKey(source),
      ...manifests.map(({ record }) => record),
      ...contents.flatMap((each) => each.tagRecords.map(({ record }) => record)),
    ]),
  };
}

/**
 * Finds blobs that no manifest of the source needs any more and, if requested, deletes them.
 *
 * @throws MirrorError if the source could not be read completely, too many blobs would be deleted, or another run was
 * active
 */
export async function collectGarbage(
  mirror: OpenMirror,
  options: CollectingOptions,
): Promise<readonly Collected[]> {
  // Listed before the source is read, so that objects which appear later are not candidates.
  const listings = await listAll(mirror.destinations, mirror.show);
  for (const stored of listings) await refuseUnlessOurs(stored, mirror.source, options.adoptsOlder);
  const contents = await readWanted(mirror, () => false);
  refuseUnlessWhole(contents);
  const needed = neededBy(contents, mirror.source.id);
  const found: Found[] = [];
  for (const stored of listings) {
    const sightings = await readSightings(stored.destination);
    // The time now, not that of the run's start: a sighting counts from when others can read it.
    const now = options.now();
    const { olderThan } = options;
    const { source, limits } = mirror.configuration;
    const { concurrency } = limits;
    const { deleted } = source.tags;
    const copy =
      stored.copy &&
      (await findCopyGarbage(stored.copy, {
        contents,
        deleted,
        sightings: sightings.objects,
        now,
        olderThan,
        concurrency,
      }));
    const garbage = findGarbage({
      stored: [...stored.blobs.values()],
      records: stored.records,
      isReferenced: (digest) => needed.blobs.has(digest) || copy?.blobs.has(digest) === true,
      isAccounted: (record) => needed.records.has(record),
      sightings,
      now,
      olderThan,
    });
    const objects = copy?.sightings ?? new Map();
    await stored.destination.putObject(
      UNREFERENCED_KEY,
      formatSightings({ ...garbage.sightings, objects }),
    );
    found.push({ stored, garbage, copy });
  }
  if (options.delete) {
    for (const each of found) refuseTooMuch(each, options.atMost);
    for (const stored of listings) await refuseWhileWritten(stored);
  }
  return Array.fromAsync(found, async (each) => {
    const { stored, garbage, copy } = each;
    // Before the blobs: a reader that finds a manifest finds its blobs.
    const copyDeleted =
      options.delete && copy !== undefined && stored.copy !== undefined
        ? await deleteFromCopy(stored.copy, copy)
        : 0;
    return {
      name: stored.name,
      blobs: stored.blobs.size,
      garbage: garbage.blobs.length,
      bytes: garbage.blobs.reduce((bytes, { size }) => bytes + size, 0),
      waiting: garbage.waiting,
      deleted: options.delete ? await deleteFrom(each) : 0,
      ...(copy && {
        copy: {
          total: copy.total,
          garbage: copy.due,
          waiting: copy.waiting,
          deleted: copyDeleted,
        },
      }),
    };
  });
}

/** Refuses to delete blobs that another source may need: a run reads the manifests of one source only. */
async function refuseUnlessOurs(
  { destination, records, blobs }: StoredBlobs,
  source: Source,
  adoptsOlder: boolean,
): Promise<void> {
  const hasBlobs = blobs.size > 0;
  const unjudged = whyUnjudged({ source: source.id, records, hasBlobs, adoptsOlder });
  const where = `nothing was deleted: destination "${destination.name}"`;
  switch (unjudged?.why) {
    case undefined:
      return;
    case 'other sources': {
      const keys = unjudged.sources.map((other) => sourceKey(other));
      const names = await Promise.all(keys.map((key) => identityAt(destination, key)));
      throw new MirrorError(
        `${where} also has blobs of ${names.join(', ')}, which gc cannot tell from those of this source: use a separate destination for each source or, if that source is no longer mirrored there, delete ${keys.join(', ')}`,
      );
    }
    case 'never mirrored':
      throw new MirrorError(
        `${where} has blobs but no record that ${source.identity} was ever mirrored there: run "archeio mirror sync" first`,
      );
    case 'older records':
      throw new MirrorError(
        `${where} has ${count(unjudged.count, 'record')} of an earlier version, which may belong to another source: run "archeio mirror sync" for every source mirrored there or, if this is the only one, run "archeio mirror gc" with --adopt-records`,
      );
  }
}

/** The identity of the source that a source record names. */
async function identityAt(destination: Destination, key: string): Promise<string> {
  const text = await destination.getText(key);
  return textAt(tryParseJson(text ?? ''), 'source') ?? key;
}

function refuseUnlessWhole(contents: readonly Contents[]): void {
  const problems = contents.flatMap((each) => each.problems);
  const [first] = problems;
  if (first !== undefined)
    throw new MirrorError(
      `nothing was deleted: the source could not be read completely (${first.repository} ${first.reference}: ${first.why}${problems.length > 1 ? `, and ${problems.length - 1} more` : ''})`,
    );
  if (contents.every(({ manifests }) => manifests.length === 0))
    throw new MirrorError('nothing was deleted: the source has no manifests to mirror');
}

function refuseTooMuch({ stored, garbage, copy }: Found, atMost: number): void {
  if (copy !== undefined && copy.due > atMost * copy.total)
    throw new MirrorError(
      `nothing was deleted: ${copy.due} of ${copy.total} manifests and tags of the copy in destination "${stored.name}" would be deleted, but the limit is ${Math.round(atMost * 1000) / 10} % (--at-most)`,
    );
  const share = stored.blobs.size === 0 ? 0 : garbage.blobs.length / stored.blobs.size;
  if (share > atMost)
    throw new MirrorError(
      `nothing was deleted: ${garbage.blobs.length} of ${stored.blobs.size} blobs of destination "${stored.name}" would be deleted, but the limit is ${Math.round(atMost * 1000) / 10} % (--at-most)`,
    );
}

/** A record that appeared since the first listing belongs to a manifest that this run may not have read. */
async function refuseWhileWritten({ destination, records }: StoredBlobs): Promise<void> {
  for await (const record of destination.records())
    if (!records.has(record))
      throw new MirrorError(
        `nothing was deleted: another run wrote to destination "${destination.name}" in the meantime: run gc again after it has finished`,
      );
}

/**
 * Deletes records first: a record without its blobs would prevent them from ever being copied again.
 *
 * @returns how many blobs it deleted
 */
async function deleteFrom({ stored: { destination }, garbage, copy }: Found): Promise<number> {
  await destination.deleteTexts(garbage.records);
  const deleted = await destination.deleteBlobs(garbage.blobs);
  const left = [...garbage.sightings.blobs].filter(([digest]) => !deleted.has(digest));
  await destination.putObject(
    UNREFERENCED_KEY,
    formatSightings({
      blobs: new Map(left),
      records: new Set(),
      objects: copy?.sightings ?? new Map(),
    }),
  );
  return deleted.size;
}
