import { forEachAtMost, type MirrorProblem } from '@archeio/mirror-plan';
import { failureReason } from '@archeio/plain-errors';
import { isRecordedIn, type StoredBlobs } from './stored-blobs.ts';

/** The number of records written, and those that are not in every destination. */
export interface WrittenRecords {
  readonly records: number;
  readonly problems: readonly MirrorProblem[];
}

/**
 * Writes records to all destinations, unless all of them have the record already.
 *
 * @param isWithheld whether a record must not be written
 */
export async function writeRecords(
  stored: readonly StoredBlobs[],
  records: readonly string[],
  atOnce: number,
  isWithheld?: (record: string) => Promise<boolean>,
): Promise<WrittenRecords> {
  let written = 0;
  const problems: MirrorProblem[] = [];
  const missing = records.filter((record) => !isRecordedIn(stored, record));
  await forEachAtMost(atOnce, missing, async (record) => {
    const text = `${JSON.stringify({ mirrored: new Date().toISOString() })}\n`;
    try {
      if (await isWithheld?.(record)) return;
      await Promise.all(stored.map(({ destination }) => destination.putObject(record, text)));
      written++;
    } catch (error) {
      problems.push({ repository: '', reference: record, why: failureReason(error) });
    }
  });
  return { records: written, problems };
}
