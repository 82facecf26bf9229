import type { Clock } from '@archeio/presence';
import {
  type ConfigurationWatch,
  watchConfiguration,
} from '../../configuration/watch/watch-configuration.ts';
import {
  EnvironmentError,
  type Overrides,
  ConfigurationError,
  formatProblem,
  type Problem,
  type ServedConfiguration,
} from '@archeio/configuration';
import type { Content } from '../../configuration/content.ts';
import type { LoadedServedConfiguration } from '../../configuration/load-served-configuration.ts';
import { KeptThread } from '../../configuration/kept-thread.ts';
import type { PlacesIn } from '../../configuration/load-configuration.ts';
import { readAside } from '../../configuration/read-aside.ts';
import { failureReason } from '@archeio/plain-errors';
import type { Log } from '../../platform/log.ts';
import { isOwnFault } from '../../platform/own-fault.ts';
import type { Changes } from '../history/changes.ts';
import type { ConfigurationInUse } from './configuration-in-use.ts';
import type { ConfigurationValues } from './configuration-values.ts';
import { type Supervisor, NotReadyInTime } from '../supervisor.ts';
import type { SupervisorService } from '../service.ts';

/** Delay before a reload that failed through no fault of the configuration is retried, in milliseconds. */
const TRY_AGAIN = 30_000;

/** Dependencies of the service. */
export interface ReloadServiceDependencies {
  readonly supervisor: Supervisor;
  /** The configuration at the start. */
  readonly loaded: LoadedServedConfiguration;
  readonly overrides: Overrides;
  /** The clouds and regions of the current ranges. */
  readonly placesIn: PlacesIn;
  readonly inUse: ConfigurationInUse;
  /** Lists the values of the configuration in use. */
  readonly values: Pick<ConfigurationValues, 'use'>;
  /** Records which configurations are loaded and refused. */
  readonly changes?: Pick<Changes, 'add'> | undefined;
  /** Directory for the last good content of a URL. */
  readonly directory: string;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  /** Whether this process can open more files; by default it tries. */
  readonly filesLeft?: () => boolean;
}

type FixedParts = ReadonlyMap<string, string>;

/** The parts of a configuration that are only read at the start, by key. */
function fixedParts({
  listen,
  tls,
  clientAddress: { topology },
}: Pick<ServedConfiguration, 'listen' | 'tls' | 'clientAddress'>): FixedParts {
  return new Map([
    ['listen', JSON.stringify(listen)],
    ['tls', JSON.stringify(tls) ?? ''],
    ['clientAddress', String(topology === 'proxy-protocol')],
  ]);
}

/** A problem that has no position in a file. */
function problem(message: string, file?: string): Problem {
  return { file, line: undefined, column: undefined, key: '', message, severity: 'error' };
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ConfigurationError) return error.problems;
  if (error instanceof EnvironmentError) return [problem(error.problem, error.variable)];
  return [problem(error instanceof Error ? error.message : String(error))];
}

/** One line for each problem. */
function linesOf(problems: readonly Problem[]): string[] {
  return problems.map(formatProblem);
}

/** Watches the source of the configuration. Invalid content is refused and logged; the configuration in use stays. */
export class ReloadService implements SupervisorService {
  readonly #dependencies: ReloadServiceDependencies;
  readonly #watch: ConfigurationWatch;
  readonly #fixed: FixedParts;
  readonly #thread: KeptThread;
  #reloads: Promise<void> = Promise.resolve();
  #cancelAgain: () => void = () => undefined;
  /** Result of the last content that could be read, while the source is unreadable. */
  #lastRead: { readonly outcome: ConfigurationInUse['lastReload'] } | undefined;

  constructor(dependencies: ReloadServiceDependencies) {
    const { loaded, clock, directory, log } = dependencies;
    this.#dependencies = dependencies;
    this.#fixed = fixedParts(loaded.configuration);
    this.#thread = new KeptThread(clock);
    this.#watch = watchConfiguration(loaded.location, {
      clock,
      directory,
      seen: loaded.content.text,
      isReadOnce: loaded.content.isReadOnce,
      onContent: (content) => this.#begin(content),
      onProblem: (error) => this.#notRead(error),
      onUnchanged: () => this.#readAgain(),
    });
    if (loaded.location.kind === 'preset') log.debug('configuration-preset');
  }

  /** Reads the source now; resolves when its content is in use or refused. */
  async now(): Promise<void> {
    await this.#watch.now();
    await this.#reloads;
  }

  adopt(): void {}

  runDue(): void {
    this.#watch.lookIfDue();
  }

  close(): void {
    this.#watch.close();
    this.#thread.close();
    this.#cancelAgain();
  }

  #begin(content: Content): void {
    this.#cancelAgain();
    this.#reloads = this.#reloads.then(() => this.#reload(content));
  }

  async #reload(content: Content): Promise<void> {
    const { supervisor, loaded, overrides, placesIn, inUse, values, wallClock, log } =
      this.#dependencies;
    this.#lastRead = undefined;
    try {
      const { configuration, warnings } = await readAside(
        content,
        loaded.location,
        overrides,
        placesIn,
        this.#thread,
      );
      for (const warning of warnings)
        log.warn('configuration-warning', { problem: formatProblem(warning) });
      const { number } = await supervisor.apply({ configuration });
      values.use({ content, warnings });
      inUse.loadedAt = wallClock();
      inUse.lastReload = { at: inUse.loadedAt, successful: true, problems: [] };
      log.info('configuration-loaded', { from: content.name, generation: number });
      this.#changed(`configuration loaded from ${content.name}: generation ${number}`);
      const fixed = fixedParts(configuration);
      inUse.restartNeeded = [...fixed.keys()].filter(
        (key) => fixed.get(key) !== this.#fixed.get(key),
      );
      if (inUse.restartNeeded.length > 0) log.warn('restart-needed', { keys: inUse.restartNeeded });
    } catch (error) {
      if (error instanceof NotReadyInTime) this.#late(error, content);
      else if (error instanceof ConfigurationError || error instanceof EnvironmentError)
        this.#refused(problemsOf(error));
      else this.#refused([problem(`cannot be served: ${linesOf(problemsOf(error)).join('; ')}`)]);
      return;
    }
    try {
      await content.keep?.();
    } catch (error) {
      // It is in use nevertheless: only a start without network would miss it.
      log.warn('configuration-not-kept', {
        from: content.name,
        error: failureReason(error),
      });
    }
  }

  /** Retries this content unless newer content arrives first. */
  #late({ message }: NotReadyInTime, content: Content): void {
    const { clock, inUse, wallClock, log } = this.#dependencies;
    inUse.lastReload = { at: wallClock(), successful: false, problems: [problem(message)] };
    this.#changed(`configuration not applied: ${message}`);
    log.error('configuration-not-applied', { problem: message, againInMs: TRY_AGAIN });
    this.#cancelAgain();
    this.#cancelAgain = clock.after(TRY_AGAIN, () => this.#begin(content));
  }

  /** A fault of this machine is not one of the configuration, which will be read again. */
  #notRead(error: unknown): void {
    const { log, filesLeft } = this.#dependencies;
    if (isOwnFault(error, filesLeft))
      log.warn('configuration-unread', { problems: linesOf(problemsOf(error)) });
    else {
      this.#lastRead ??= { outcome: this.#dependencies.inUse.lastReload };
      this.#refused(problemsOf(error));
    }
  }

  /** The source is readable again and unchanged: restores the earlier result. */
  #readAgain(): void {
    const { inUse, log } = this.#dependencies;
    if (this.#lastRead === undefined) return;
    inUse.lastReload = this.#lastRead.outcome;
    this.#lastRead = undefined;
    log.info('configuration-unchanged', { problems: linesOf(inUse.lastReload?.problems ?? []) });
  }

  #refused(problems: readonly Problem[]): void {
    const { inUse, wallClock, log } = this.#dependencies;
    inUse.lastReload = { at: wallClock(), successful: false, problems };
    const lines = linesOf(problems);
    this.#changed(`configuration refused: ${lines.join('; ')}`);
    log.error('configuration-refused', { problems: lines });
  }

  #changed(text: string): void {
    this.#dependencies.changes?.add({ kind: 'reload', text });
  }
}
