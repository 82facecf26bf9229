import type { Place } from '@archeio/clouds';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
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

/**
 * The ranges of the directory that was last asked for, loaded once: for the check of a configuration that names it, then
 * for its use.
 */
export class LoadedRanges {
  readonly #log: Pick<Log, 'warn'>;
  #last: { readonly directory: string; readonly known: KnownRanges } | undefined;

  constructor(log: Pick<Log, 'warn'>) {
    this.#log = log;
  }

  of(directory: string): KnownRanges {
    if (this.#last?.directory !== directory)
      this.#last = { directory, known: loadRanges(directory, shippedRangesBytes(), this.#log) };
    return this.#last.known;
  }

  /** The clouds and regions of them. */
  readonly placesIn = (directory: string): readonly Place[] => this.of(directory).ranges.places;
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
