import { forEachAtMost, type MirrorProblem, reasonOf, renewedKey } from '@archeio/mirror-plan';
import type { OpenMirror } from './open-mirror.ts';
import type { StoredBlobs } from './stored-blobs.ts';

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
        stored.some((each) => !each.isRecorded(record)) &&
        stored.every((each, at) => each.isRecorded(record) || older[at].has(record)),
    ),
  );
}

/**
 * Rewrites records with their source, so that those of the earlier version can be deleted.
 *
 * @returns what could not be written
 */
export async function renewRecords(
  { destinations, configuration }: OpenMirror,
  records: readonly string[],
): Promise<readonly MirrorProblem[]> {
  const problems: MirrorProblem[] = [];
  const text = `${JSON.stringify({ mirrored: new Date().toISOString() })}\n`;
  await forEachAtMost(configuration.limits.concurrency, records, async (record) => {
    try {
      await Promise.all(destinations.map((each) => each.putObject(record, text)));
    } catch (error) {
      problems.push({ repository: '', reference: record, why: reasonOf(error) });
    }
  });
  return problems;
}
