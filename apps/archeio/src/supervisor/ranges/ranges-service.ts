import type { Place } from '@archeio/clouds';
import type { Clock } from '@archeio/presence';
import { type Configuration, usedClouds } from '@archeio/configuration';
import type { Log } from '../../platform/log.ts';
import type { Changes } from '../history/changes.ts';
import type { KnownRanges, KnownRangesStatus } from './known-ranges.ts';
import { LoadedRanges } from './load-ranges.ts';
import { RangesRefresher } from './ranges-refresher.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** The state of one cloud's list, and whether it is kept fresh because the configuration uses it. */
export type UsedRangesStatus = KnownRangesStatus & { readonly used: boolean };

/** Dependencies of the service. */
interface RangesServiceDependencies {
  readonly settings: Configuration['ranges'];
  readonly clock: Clock;
  readonly log: Log;
  /** The ranges that the check of the first configuration has loaded (default: loaded here). */
  readonly loaded?: LoadedRanges | undefined;
  /** Records which lists change, and which cannot be refreshed. */
  readonly changes?: Pick<Changes, 'add'> | undefined;
  /** Called with each new snapshot. */
  readonly onChange: (bytes: Uint8Array) => void;
}

/** Keeps the clouds' ranges fresh. */
export class RangesService implements SupervisorService {
  readonly #dependencies: RangesServiceDependencies;
  #settings: Configuration['ranges'];
  #clouds: readonly string[] = [];
  readonly #loaded: LoadedRanges;
  #known: KnownRanges;
  #refresher: RangesRefresher | undefined;

  /** Loads the ranges without a request to any provider. */
  constructor(dependencies: RangesServiceDependencies) {
    this.#dependencies = dependencies;
    this.#settings = dependencies.settings;
    this.#loaded = dependencies.loaded ?? new LoadedRanges(dependencies.log);
    this.#known = this.#loaded.of(dependencies.settings.directory);
  }

  /** The current snapshot. */
  get bytes(): Uint8Array {
    return this.#known.bytes;
  }

  /** The clouds and regions in the ranges that would be used for a configuration with this directory. */
  placesIn(directory: string): readonly Place[] {
    return directory === this.#settings.directory
      ? this.#known.ranges.places
      : this.#loaded.placesIn(directory);
  }

  status(): UsedRangesStatus[] {
    return this.#known
      .status()
      .map((each) => ({ ...each, used: this.#clouds.includes(each.cloud) }));
  }

  adopt({ configuration }: ServedGeneration): void {
    const { ranges } = configuration;
    const clouds = usedClouds(configuration);
    const isSame =
      JSON.stringify([ranges, clouds]) === JSON.stringify([this.#settings, this.#clouds]);
    this.#clouds = clouds;
    if (this.#refresher !== undefined) {
      if (isSame) return;
      this.#refresher.stop();
      const before = this.#settings.directory;
      this.#settings = ranges;
      if (before !== ranges.directory) {
        this.#known = this.#loaded.of(ranges.directory);
        this.#dependencies.onChange(this.#known.bytes);
      }
    }
    const { clock, log, changes, onChange } = this.#dependencies;
    this.#refresher = new RangesRefresher({
      known: this.#known,
      settings: ranges,
      clouds,
      clock,
      wallClock: Date.now,
      random: Math.random,
      log,
      changes,
      onChange,
    });
    this.#refresher.start();
  }

  /** Loads what `archeio ranges update` has written to the directory. */
  reread(): void {
    this.#refresher?.reread();
  }

  runDue(now: number): void {
    this.#refresher?.runDue(now);
  }

  close(): void {
    this.#refresher?.stop();
  }
}
