import type { Log } from '../../platform/log.ts';
import { KnownRanges } from './known-ranges.ts';
import { RangesDirectory } from './ranges-directory.ts';

/**
 * The ranges as they are known without asking anybody: of each cloud the newer of what ships and
 * what lies in the directory. A file that is damaged is said (`ranges-file-unusable`) and passed over.
 *
 * @param directory `ranges.directory`; it need not exist
 * @param shipped the snapshot that ships, see `shippedRangesBytes`
 */
export function loadRanges(
  directory: string,
  shipped: Uint8Array,
  log: Pick<Log, 'warn'>,
): KnownRanges {
  const known = new KnownRanges(shipped, log);
  takeDirectory(known, new RangesDirectory(directory), log);
  known.compile();
  return known;
}

/** Takes what lies in the directory. */
export function takeDirectory(
  known: KnownRanges,
  directory: RangesDirectory,
  log: Pick<Log, 'warn'>,
): void {
  const { lists, problems } = directory.read();
  for (const problem of problems) log.warn('ranges-file-unusable', { problem });
  for (const list of lists) known.take(list, 'disk');
}
