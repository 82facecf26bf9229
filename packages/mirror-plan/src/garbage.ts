import { type KeptBlob, seenSince, type Sightings } from './sightings.ts';

export interface GarbageQuestion {
  /** What the destination had before the source was read. */
  readonly stored: readonly KeptBlob[];
  /** Keys of its records. */
  readonly records: Iterable<string>;
  /** Whether a manifest of the source needs the blob. */
  readonly isReferenced: (digest: string) => boolean;
  /** Whether a record belongs to something that the source has. */
  readonly isAccounted: (record: string) => boolean;
  readonly sightings: Omit<Sightings, 'objects'>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long a blob must have been unreferenced; milliseconds. */
  readonly olderThan: number;
}

export interface Garbage {
  /** Blobs that have been unreferenced for long enough. */
  readonly blobs: readonly KeptBlob[];
  /** Keys of records whose manifest is gone. */
  readonly records: readonly string[];
  /** Unreferenced, but not for long enough. */
  readonly waiting: number;
  /** Sightings to keep until the next run; those of a copy's objects are found separately. */
  readonly sightings: Omit<Sightings, 'objects'>;
}

/**
 * Finds the blobs that may be deleted. One run sees a blob unreferenced, and a later run deletes it; a blob that is
 * needed again is forgotten. Recently written blobs are kept, since another run wrote them for a reason.
 */
export function findGarbage(question: GarbageQuestion): Garbage {
  const { stored, isReferenced, isAccounted, now, olderThan } = question;
  const blobs: KeptBlob[] = [];
  const seen = new Map<string, number>();
  for (const blob of stored) {
    const { digest, modified } = blob;
    if (isReferenced(digest)) continue;
    const since = Math.min(seenSince(question.sightings, blob) ?? now, now);
    seen.set(digest, since);
    if (now - since >= olderThan && now - modified >= olderThan) blobs.push(blob);
  }
  const records = [...question.records].filter((record) => !isAccounted(record));
  const sightings = { blobs: seen, records: new Set(records) };
  return { blobs, records, waiting: seen.size - blobs.length, sightings };
}
