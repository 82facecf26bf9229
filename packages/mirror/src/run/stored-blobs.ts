import {
  parseSightings,
  reasonOf,
  seenSince,
  sourceOfRecord,
  type Sightings,
  type Stored,
  UNREFERENCED_KEY,
} from '@archeio/mirror-plan';
import { mayHaveSize } from '@archeio/oci-distribution';
import { MirrorError } from '../mirror-error.ts';
import { count } from '../progress/amounts.ts';
import { listCopy, type StoredCopy } from './copy/stored-copy.ts';
import type { Destination, StoredBlob } from '../destination/destination.ts';
import { lineView, type Show, showWhile } from '../progress/view.ts';

/** The blobs and records of a destination when it was listed, and the sightings of gc. */
export class StoredBlobs implements Stored {
  readonly destination: Destination;
  readonly name: string;
  readonly blobs = new Map<string, StoredBlob>();
  readonly records = new Set<string>();
  /** The sightings of gc when it was listed. */
  readonly sightings: Sightings;
  /** Set if the destination is a copy of the registry. */
  copy: StoredCopy | undefined;

  constructor(destination: Destination, sightings: Sightings) {
    this.destination = destination;
    this.name = destination.name;
    this.sightings = sightings;
  }

  sizeOf(digest: string): number | undefined {
    return this.blobs.get(digest)?.size;
  }

  isDoubted(digest: string): boolean {
    const blob = this.blobs.get(digest);
    return blob !== undefined && seenSince(this.sightings, blob) !== undefined;
  }

  /** Blobs whose size is impossible for their digest, because they were truncated. */
  impossible(): readonly StoredBlob[] {
    return [...this.blobs.values()].filter(({ digest, size }) => !mayHaveSize(digest, size));
  }

  /** Records written by earlier versions, except those that gc is about to delete. */
  older(): readonly string[] {
    return [...this.records].filter(
      (record) => sourceOfRecord(record) === undefined && this.isRecorded(record),
    );
  }

  /** Whether it has a record that gc is not about to delete with its blobs. */
  isRecorded(record: string): boolean {
    return this.records.has(record) && !this.sightings.records.has(record);
  }
}

/** Whether every destination has a record. */
export function isRecordedIn(stored: readonly StoredBlobs[], record: string): boolean {
  return stored.every((each) => each.isRecorded(record));
}

/**
 * Lists a destination.
 *
 * @param onListed called for each blob and record
 */
async function listStored(destination: Destination, onListed: () => void): Promise<StoredBlobs> {
  // Sightings first, so that what gc deletes is not listed afterwards. Records before blobs: a blob written in the
  // meantime is then seen, but never a record without its blobs.
  const stored = new StoredBlobs(destination, await readSightings(destination));
  for await (const record of destination.records()) {
    stored.records.add(record);
    onListed();
  }
  for await (const blob of destination.list()) {
    stored.blobs.set(blob.digest, blob);
    onListed();
  }
  stored.copy = await listCopy(destination, stored.sightings, onListed);
  return stored;
}

/** Lists all destinations in parallel, and shows progress. */
export async function listAll(
  destinations: readonly Destination[],
  show: Show,
): Promise<readonly StoredBlobs[]> {
  const names = destinations.map(({ name }) => name).join(', ');
  let listed = 0;
  const view = lineView(() => `listing ${names}: ${count(listed, 'object')}`);
  return showWhile(show, view, () =>
    Promise.all(destinations.map((destination) => listStored(destination, () => void listed++))),
  );
}

/** @throws MirrorError if sightings exist that cannot be read */
export async function readSightings(destination: Destination): Promise<Sightings> {
  const text = await destination.getText(UNREFERENCED_KEY);
  try {
    return parseSightings(text);
  } catch (error) {
    throw new MirrorError(
      `destination "${destination.name}": ${reasonOf(error)}: delete ${UNREFERENCED_KEY} to restart the grace period`,
    );
  }
}
