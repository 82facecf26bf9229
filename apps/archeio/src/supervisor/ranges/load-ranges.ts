import type { Place } from '@archeio/clouds';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import type { Log } from '../../platform/log.ts';
import { KnownRanges } from './known-ranges.ts';
import { RangesDirectory } from './ranges-directory.ts';

/**
 * Loads the newer of the shipped list and the one in the directory, for each cloud. Logs damaged files
 * (`ranges-file-unusable`) and ignores them.
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
  known.takeAll(new RangesDirectory(directory).read(log));
  known.compile();
  return known;
}

/** Loads the ranges of a directory once, for checking a configuration that names it and then for serving it. */
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

  /** The clouds and regions of the directory's ranges. */
  readonly placesIn = (directory: string): readonly Place[] => this.of(directory).ranges.places;
}
