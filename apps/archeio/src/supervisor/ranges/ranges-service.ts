import type { Place } from '@archeio/clouds';
import type { Clock } from '@archeio/presence';
import { type Configuration, usedClouds } from '@archeio/configuration';
import type { Log } from '../../platform/log.ts';
import type { KnownRanges, KnownRangesStatus } from './known-ranges.ts';
import { LoadedRanges } from './load-ranges.ts';
import { RangesRefresher } from './ranges-refresher.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

type Settings = Configuration['ranges'];

/** Dependencies of the service. */
export interface RangesServiceDependencies {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** What the check of the first configuration has loaded; loaded here by default. */
  readonly loaded?: LoadedRanges;
  /** Is given each new snapshot. */
  readonly onChange: (bytes: Uint8Array) => void;
}

/** Keeps the clouds' ranges fresh. */
export class RangesService implements SupervisorService {
  readonly #dependencies: RangesServiceDependencies;
  #settings: Settings;
  #clouds: readonly string[] = [];
  readonly #loaded: LoadedRanges;
  #known: KnownRanges;
  #refresher: RangesRefresher | undefined;

  /** Loads what is known without asking anybody. */
  constructor(dependencies: RangesServiceDependencies) {
    this.#dependencies = dependencies;
    this.#settings = dependencies.settings;
    this.#loaded = dependencies.loaded ?? new LoadedRanges(dependencies.log);
    this.#known = this.#loaded.of(dependencies.settings.directory);
  }

  /** The snapshot as it is known now. */
  get bytes(): Uint8Array {
    return this.#known.bytes;
  }

  /** The clouds and regions of the ranges that a configuration with this directory would be served with. */
  placesIn(directory: string): readonly Place[] {
    return directory === this.#settings.directory
      ? this.#known.ranges.places
      : this.#loaded.placesIn(directory);
  }

  /** What is known of each cloud's list. */
  status(): KnownRangesStatus[] {
    return this.#known.status();
  }

  /** Whether a cloud's list is kept fresh. */
  isUsed(cloud: string): boolean {
    return this.#clouds.includes(cloud);
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
    const { clock, log, onChange } = this.#dependencies;
    this.#refresher = new RangesRefresher({
      known: this.#known,
      settings: ranges,
      clouds,
      clock,
      wallClock: Date.now,
      random: Math.random,
      log,
      onChange,
    });
    this.#refresher.start();
  }

  /** Takes what `archeio ranges update` has put into the directory. */
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
