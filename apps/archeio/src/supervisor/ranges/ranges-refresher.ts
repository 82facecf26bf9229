import type { Configuration } from '@archeio/configuration';
import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';
import type { Changes } from '../history/changes.ts';
import type { KnownRanges, KnownRangesStatus } from './known-ranges.ts';
import { failureReason } from '@archeio/plain-errors';
import { DAY, listInUse, OLD_DAYS } from './age.ts';
import { providersAt } from '@archeio/clouds';
import { RangesDirectory } from './ranges-directory.ts';
import { refreshAll } from './refresh-all.ts';
import type { RefreshOutcome } from './refresh-list.ts';

/** Milliseconds for one request with its whole body. */
export const FETCH_TIMEOUT = 60_000;
/** Maximum size of a list; the longest one has 4 MB. */
export const FETCH_MAX_BYTES = 32 * 1024 * 1024;
/** Milliseconds before each retry of a request. */
export const FETCH_PAUSES: readonly number[] = [1000, 5000];

/** Milliseconds before the age of the lists is first checked: by then, they have been refreshed if possible. */
const FIRST_LOOK_AT_AGE = 60_000;

/** Milliseconds before the first refresh, so that it does not slow down the start. */
const FIRST = 10_000;
/** Milliseconds before the refresh after a failure, unless the next regular one is sooner. */
const AFTER_FAILURE = 30 * 60_000;
/** Milliseconds before the next attempt while another process refreshes the same directory. */
const WHILE_BUSY = 60_000;

export interface RangesRefresherOptions {
  /** The loaded ranges, which the refresher updates. */
  readonly known: KnownRanges;
  readonly settings: Omit<Configuration['ranges'], 'clouds'>;
  /** The clouds whose lists are fetched. */
  readonly clouds: readonly string[];
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Records which lists change, and which cannot be refreshed. */
  readonly changes?: Pick<Changes, 'add'> | undefined;
  /** Called with the new snapshot if it differs from the last one. The numbers of its places differ as well. */
  readonly onChange: (bytes: Uint8Array) => void;
  /** Default: {@link FETCH_TIMEOUT}. */
  readonly timeout?: number;
  /** Default: {@link FETCH_PAUSES}. */
  readonly pauses?: readonly number[];
}

/** Keeps the ranges fresh. A process that was frozen catches up when {@link RangesRefresher.runDue} is called. */
export class RangesRefresher {
  readonly #options: RangesRefresherOptions;
  readonly #directory: RangesDirectory;
  readonly #stopped = new AbortController();
  /** Time of `clock` of the next refresh; infinite if there is none. */
  #due = Infinity;
  #cancel = (): void => undefined;
  #cancelAgeWarning = (): void => undefined;
  #running: Promise<void> | undefined;
  #saidUnwritable = false;

  constructor(options: RangesRefresherOptions) {
    this.#options = options;
    this.#directory = new RangesDirectory(options.settings.directory);
  }

  /** Schedules the first refresh: soon if a list on disk is missing or older than `refreshEvery`. */
  start(): void {
    const { settings, known, wallClock } = this.#options;
    const { refreshEvery } = settings;
    if (this.#stopped.signal.aborted) return;
    const providers = this.#providers();
    if (refreshEvery !== 'never' && providers.length > 0) {
      const ages = providers.map(({ cloud }) => {
        const checkedAt = known.storedOf(cloud)?.checkedAt;
        return checkedAt === undefined ? Infinity : Math.abs(wallClock() - Date.parse(checkedAt));
      });
      this.#dueAfter(Math.max(FIRST, refreshEvery - Math.max(...ages)));
    }
    const { clock } = this.#options;
    this.#cancelAgeWarning = clock.after(FIRST_LOOK_AT_AGE, () => this.#warnOfAge());
  }

  /** Starts a refresh if one is due. Cheap enough to be called for every request. */
  runDue(now: number): void {
    if (now >= this.#due) void this.refresh();
  }

  /** Refreshes now. Never rejects. */
  refresh(): Promise<void> {
    this.#due = Infinity;
    this.#cancel();
    this.#running ??= this.#refresh().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Loads what another process has written to the directory. */
  reread(): void {
    const { known, log } = this.#options;
    known.takeAll(this.#directory.read(log));
    if (this.#use()) this.#changed('ranges read again from their directory');
  }

  status(): KnownRangesStatus[] {
    return this.#options.known.status();
  }

  /** Cancels the refresh in progress and all later ones. */
  stop(): void {
    this.#stopped.abort();
    this.#due = Infinity;
    this.#cancel();
    this.#cancelAgeWarning();
  }

  #providers(): ReturnType<typeof providersAt> {
    const { settings, clouds } = this.#options;
    try {
      return providersAt(settings.sources).filter(({ cloud }) => clouds.includes(cloud));
    } catch (error) {
      this.#options.log.error('ranges-refresh-failed', { error: failureReason(error) });
      return [];
    }
  }

  #dueAfter(milliseconds: number): void {
    const { clock, random, settings } = this.#options;
    if (this.#stopped.signal.aborted || settings.refreshEvery === 'never') return;
    const jittered = milliseconds * (0.9 + random() * 0.2);
    this.#due = clock.now() + jittered;
    this.#cancel();
    this.#cancel = clock.after(jittered, () => this.runDue(clock.now()));
  }

  async #refresh(): Promise<void> {
    const { settings, log } = this.#options;
    const every = settings.refreshEvery === 'never' ? Infinity : settings.refreshEvery;
    const outcomes: RefreshOutcome[] = [];
    try {
      const done = await this.#work(outcomes);
      const failed = outcomes.some(({ error }) => error !== null);
      this.#dueAfter(Math.min(every, failed ? AFTER_FAILURE : done ? every : WHILE_BUSY));
      if (done) this.#say(outcomes, failed);
    } catch (error) {
      this.#dueAfter(Math.min(every, AFTER_FAILURE));
      if (this.#stopped.signal.aborted) return;
      this.#changed(`ranges not refreshed: ${failureReason(error)}`);
      log.error('ranges-refresh-failed', { error: failureReason(error), next: this.#next });
    }
  }

  async #work(outcomes: RefreshOutcome[]): Promise<boolean> {
    const { known, settings, clock, wallClock, random, log } = this.#options;
    const done = await refreshAll({
      known,
      providers: this.#providers(),
      directory: this.#directory,
      atMostLost: settings.atMostLost,
      wallClock,
      log,
      patience: {
        clock,
        random,
        timeout: this.#options.timeout ?? FETCH_TIMEOUT,
        maxBytes: FETCH_MAX_BYTES,
        pauses: this.#options.pauses ?? FETCH_PAUSES,
        signal: this.#stopped.signal,
      },
      onUnwritable: (error) => this.#sayUnwritable(error),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    this.#use();
    return done;
  }

  /** When the next refresh is due, ISO 8601; null for never. */
  get #next(): string | null {
    const { clock, wallClock } = this.#options;
    if (this.#due === Infinity) return null;
    return new Date(wallClock() + this.#due - clock.now()).toISOString();
  }

  /** Logs one line for the whole refresh: the result for each list, and which list stays in use if it failed. */
  #say(outcomes: readonly RefreshOutcome[], failed: boolean): void {
    const { log } = this.#options;
    if (this.#stopped.signal.aborted || outcomes.length === 0) return;
    const inUse = this.#inUse();
    const clouds = Object.fromEntries(
      outcomes.map(({ cloud, result, error, before, after }) => [
        cloud,
        error === null
          ? { result, before, after }
          : { result, error, inUse: inUse.get(cloud) ?? null },
      ]),
    );
    const news = outcomes.flatMap(({ cloud, result, error, before, after }) => {
      if (error !== null) return [`${cloud} ${result}: ${error}`];
      return result === 'changed' ? [`${cloud} has ${after} prefixes, before ${before}`] : [];
    });
    if (news.length > 0) this.#changed(`ranges refreshed: ${news.join('; ')}`);
    const fields = { clouds, next: this.#next };
    if (failed) log.warn('ranges-refresh-failed', fields);
    else log.info('ranges-refreshed', fields);
  }

  /** The lists in use, by cloud. The network of a cloud's clients is unknown without one. */
  #inUse() {
    const now = this.#options.wallClock();
    return new Map(this.status().map((status) => [status.cloud, listInUse(status, now)]));
  }

  /** Logs old lists, soon after the start and then daily; also missing ones if they will not be fetched. */
  #warnOfAge(): void {
    const { clouds, clock, log, settings } = this.#options;
    this.#cancelAgeWarning = clock.after(DAY, () => this.#warnOfAge());
    const lists = this.#inUse();
    const old = clouds.flatMap((cloud) => {
      const inUse = lists.get(cloud) ?? null;
      const isOld =
        inUse === null
          ? settings.refreshEvery === 'never'
          : inUse.ageDays !== null && inUse.ageDays > OLD_DAYS;
      return isOld ? [[cloud, inUse] as const] : [];
    });
    if (old.length > 0)
      log.warn('ranges-old', {
        clouds: Object.fromEntries(old),
        olderThanDays: OLD_DAYS,
        next: this.#next,
      });
  }

  /** Whether anything has changed. */
  #use(): boolean {
    const { known, onChange } = this.#options;
    const changed = !this.#stopped.signal.aborted && known.compile();
    if (changed) onChange(known.bytes);
    return changed;
  }

  #changed(text: string): void {
    this.#options.changes?.add({ kind: 'ranges', text });
  }

  #sayUnwritable(error: unknown): void {
    if (this.#saidUnwritable) return;
    this.#saidUnwritable = true;
    this.#options.log.warn('ranges-directory-unwritable', {
      directory: this.#directory.path,
      error: failureReason(error),
    });
  }
}
