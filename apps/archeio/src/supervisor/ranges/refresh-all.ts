import type { Log } from '../../platform/log.ts';
import type { KnownRanges } from './known-ranges.ts';
import type { Provider } from '@archeio/clouds';
import type { RangesDirectory } from './ranges-directory.ts';
import { refreshList, type RefreshOutcome, type RefreshRules } from './refresh-list.ts';

interface RefreshWork extends RefreshRules {
  readonly known: KnownRanges;
  readonly providers: readonly Provider[];
  readonly directory: RangesDirectory;
  readonly log: Pick<Log, 'warn'>;
  /** Called if the directory cannot be written; the lists are then used but not stored. */
  readonly onUnwritable: (error: unknown) => void;
  readonly onOutcome: (outcome: RefreshOutcome) => void;
}

/** Takes the lock; undefined if another process has it. A directory that cannot be written needs none. */
function lockOf({ directory, wallClock, onUnwritable }: RefreshWork): (() => void) | undefined {
  try {
    return directory.lock(wallClock());
  } catch (error) {
    onUnwritable(error);
    return () => undefined;
  }
}

/**
 * Refreshes one list after the other, so that only one at a time is in memory, and stores each. A failure does not
 * affect the others.
 *
 * @returns false if another process is refreshing the directory; its lists are used later
 */
export async function refreshAll(work: RefreshWork): Promise<boolean> {
  const { known, providers, directory, log, onUnwritable, onOutcome } = work;
  const release = lockOf(work);
  // Another process may have fetched some lists already.
  known.takeAll(directory.read(log));
  if (release === undefined) return false;
  try {
    for (const provider of providers) {
      if (work.patience.signal?.aborted === true) break;
      const { outcome, list } = await refreshList(provider, known, work);
      if (list !== undefined) await directory.write(list).catch(onUnwritable);
      onOutcome(outcome);
    }
  } finally {
    release();
  }
  return true;
}
