import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';
import type { KnownRanges, KnownRangesStatus } from './known-ranges.ts';
import { failureReason } from '@archeio/plain-errors';
import { ageDays, OLD_DAYS } from './age.ts';
import { takeDirectory } from './load-ranges.ts';
import { providersAt } from '@archeio/clouds';
import { RangesDirectory } from './ranges-directory.ts';
import { refreshAll } from './refresh-all.ts';
import type { RefreshOutcome } from './refresh-list.ts';

/** Of one request with its whole body, milliseconds. */
export const FETCH_TIMEOUT = 60_000;
/** The longest list has 4 MB. */
export const FETCH_MAX_BYTES = 32 * 1024 * 1024;
/** Before a request is repeated, milliseconds. */
export const FETCH_PAUSES: readonly number[] = [1000, 5000];

const DAY = 86_400_000;

/** Milliseconds until the first look at the lists' age: what can be fetched has been fetched by then. */
const FIRST_LOOK_AT_AGE = 60_000;

/** After the start, so that a start is not made slower; milliseconds. */
const FIRST = 10_000;
/** After a provider failed, unless the next refresh comes sooner; milliseconds. */
const AFTER_FAILURE = 30 * 60_000;
/** While another process refreshes the same directory; milliseconds. */
const WHILE_BUSY = 60_000;

export interface RangesRefresherOptions {
  /** What was loaded; the refresher owns it from here on. */
  readonly known: KnownRanges;
  /** The configuration's `ranges`. */
  readonly settings: {
    readonly refreshEvery: number | 'never';
    readonly directory: string;
    readonly atMostLost: number;
    readonly sources: Readonly<Record<string, string>>;
  };
  /** Whose lists are fetched. */
  readonly clouds: readonly string[];
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Is given the new snapshot, only where it differs from the one before. Its places have other numbers. */
  readonly onChange: (bytes: Uint8Array) => void;
  /** Of one request; {@link FETCH_TIMEOUT}. */
  readonly timeout?: number;
  /** {@link FETCH_PAUSES} */
  readonly pauses?: readonly number[];
}

/** Keeps the ranges fresh. Due by time, so that a process that was frozen catches up when it is poked. */
export class RangesRefresher {
  readonly #options: RangesRefresherOptions;
  readonly #directory: RangesDirectory;
  readonly #stopped = new AbortController();
  /** Of `clock`; infinite while nothing is to be done. */
  #due = Infinity;
  #cancel = (): void => undefined;
  #cancelAgeWarning = (): void => undefined;
  #running: Promise<void> | undefined;
  #saidUnwritable = false;

  constructor(options: RangesRefresherOptions) {
    this.#options = options;
    this.#directory = new RangesDirectory(options.settings.directory);
  }

  /** Sets the first refresh: soon where the lists on disk are older than `refreshEvery`, or some are missing. */
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

  /** Begins what is due. Cheap: to be called as requests arrive. */
  runDue(now: number): void {
    if (now >= this.#due) void this.refresh();
  }

  /** Refreshes now; resolves when that is done. Never rejects. */
  refresh(): Promise<void> {
    this.#due = Infinity;
    this.#cancel();
    this.#running ??= this.#refresh().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Loads what another process has written to the directory; fetches nothing. */
  reread(): void {
    const { known, log } = this.#options;
    takeDirectory(known, this.#directory, log);
    this.#use();
  }

  /** What is known of each cloud's list. */
  status(): KnownRangesStatus[] {
    return this.#options.known.status();
  }

  /** Ends what is under way; nothing begins any more. */
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
      if (!this.#stopped.signal.aborted)
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

  /** One line for the whole refresh: what became of each list, and what stays in use where there is no new one. */
  #say(outcomes: readonly RefreshOutcome[], failed: boolean): void {
    const { log } = this.#options;
    if (this.#stopped.signal.aborted || outcomes.length === 0) return;
    const statuses = new Map(this.status().map((each) => [each.cloud, each]));
    const clouds = Object.fromEntries(
      outcomes.map(({ cloud, result, error, before, after }) => [
        cloud,
        error === null
          ? { result, before, after }
          : { result, error, inUse: this.#inUse(statuses.get(cloud)) },
      ]),
    );
    const fields = { clouds, next: this.#next };
    if (failed) log.warn('ranges-refresh-failed', fields);
    else log.info('ranges-refreshed', fields);
  }

  /** The list that is in use; null where there is none, and the cloud's clients count as an unknown network. */
  #inUse(status: KnownRangesStatus | undefined) {
    if (status === undefined || status.from === null) return null;
    const { from, date, asOf } = status;
    return { from, date, asOf, ageDays: ageDays(status, this.#options.wallClock()) };
  }

  /** Says which lists are old, soon after the start and then each day; and which are missing, where nobody will fetch them. */
  #warnOfAge(): void {
    const { clouds, clock, log, settings } = this.#options;
    this.#cancelAgeWarning = clock.after(DAY, () => this.#warnOfAge());
    const statuses = new Map(this.status().map((each) => [each.cloud, each]));
    const old = clouds.flatMap((cloud) => {
      const inUse = this.#inUse(statuses.get(cloud));
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

  #use(): void {
    const { known, onChange } = this.#options;
    if (!this.#stopped.signal.aborted && known.compile()) onChange(known.bytes);
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
