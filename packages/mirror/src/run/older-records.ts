import { renewedKey } from '@archeio/mirror-plan';
import { isRecordedIn, type StoredBlobs } from './stored-blobs.ts';

/**
 * Records of a source that are not written yet but are known to hold: an earlier version, whose records did not name
 * their source, recorded in every destination that the manifest's blobs exist, which holds for any source.
 */
export function vouchedByOlder(
  stored: readonly StoredBlobs[],
  source: string,
): ReadonlySet<string> {
  const older = stored.map(
    (each) => new Set(each.older().flatMap((record) => renewedKey(record, source) ?? [])),
  );
  const all = new Set(older.flatMap((records) => [...records]));
  return new Set(
    [...all].filter(
      (record) =>
        !isRecordedIn(stored, record) &&
        stored.every((each, at) => each.isRecorded(record) || older[at].has(record)),
    ),
  );
}
