import { type KeptBlob, seenSince, type Sightings } from './sightings.ts';

export interface GarbageQuestion {
  /** What the destination had before the source was read. */
  readonly stored: readonly KeptBlob[];
  /** Keys of the records that it had. */
  readonly records: Iterable<string>;
  /** Whether a manifest of the source needs the blob. */
  readonly isReferenced: (digest: string) => boolean;
  /** Whether a record is of something that the source has. */
  readonly isAccounted: (record: string) => boolean;
  readonly sightings: Sightings;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long a blob must have been without a manifest; milliseconds. */
  readonly olderThan: number;
}

export interface Garbage {
  /** What no manifest needs, and none has needed for long enough. */
  readonly blobs: readonly KeptBlob[];
  /** Keys of records that are of nothing any more. */
  readonly records: readonly string[];
  /** Without a manifest, but not for long enough. */
  readonly waiting: number;
  /** To be kept until the next time. */
  readonly sightings: Sightings;
}

/**
 * Which blobs may be deleted. A blob is first seen without a manifest in one run, and deleted in a later one; one that
 * is needed again is forgotten. What was written too recently is left alone: whoever wrote it had a reason.
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
