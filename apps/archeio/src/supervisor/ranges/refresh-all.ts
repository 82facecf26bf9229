import type { Log } from '../../platform/log.ts';
import type { KnownRanges } from './known-ranges.ts';
import { takeDirectory } from './load-ranges.ts';
import type { Provider } from '@archeio/clouds';
import type { RangesDirectory } from './ranges-directory.ts';
import { refreshList, type RefreshOutcome, type RefreshRules } from './refresh-list.ts';

export interface RefreshWork extends RefreshRules {
  readonly known: KnownRanges;
  readonly providers: readonly Provider[];
  readonly directory: RangesDirectory;
  readonly log: Pick<Log, 'warn'>;
  /** Called where the directory cannot be written to; the lists are then used and not kept. */
  readonly onUnwritable: (error: unknown) => void;
  readonly onOutcome: (outcome: RefreshOutcome) => void;
}

/** The lock, `undefined` where another process has it; a directory that cannot be written to has none. */
function lockOf({ directory, wallClock, onUnwritable }: RefreshWork): (() => void) | undefined {
  try {
    return directory.lock(wallClock());
  } catch (error) {
    onUnwritable(error);
    return () => undefined;
  }
}

/**
 * Asks one provider after the other, so that only one list at a time is in memory, and keeps what
 * each has answered. One that fails does not stop the next.
 *
 * @returns whether it was done; not where another process is at it, whose lists are taken later
 */
export async function refreshAll(work: RefreshWork): Promise<boolean> {
  const { known, providers, directory, log, onUnwritable, onOutcome } = work;
  const release = lockOf(work);
  // What another process has fetched need not be fetched again.
  takeDirectory(known, directory, log);
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
