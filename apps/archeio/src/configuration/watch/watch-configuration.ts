import type { Clock } from '@archeio/presence';
import { type Content } from '../content.ts';
import type { ConfigurationLocation } from '../location.ts';
import { ConfigurationError } from '@archeio/configuration';
import { contentReader } from './content-reader.ts';
import { watchFolder } from './watch-folder.ts';
import { ArcheioError } from '../../platform/errors.ts';

export interface WatchOptions {
  readonly clock: Clock;
  /** Milliseconds between looks; 10 s for a file, 60 s for a URL. */
  readonly every?: number;
  /** What is in force already: only another text is reported. */
  readonly seen?: string;
  /** What was read came from a pipe or a device, which has nothing more to say. */
  readonly isReadOnce?: boolean | undefined;
  /** Where the last good content of a URL is kept. */
  readonly directory?: string;
  /** Is given another text than the last; `keep` is to be called once it is found good. */
  readonly onContent: (text: string, sourceName: string, keep: () => Promise<void>) => void;
  /** Is told once for each new reason why there is nothing to be read. */
  readonly onProblem: (error: ArcheioError | ConfigurationError) => void;
  /** Is told when, after a problem, the last text can be read again as it was. */
  readonly onUnchanged?: () => void;
  /** In tests: how a location is read. */
  readonly read?: (() => Promise<Content>) | undefined;
}

export interface ConfigurationWatch {
  /** Looks at once; resolves when what is there by now has been reported. */
  now(): Promise<void>;
  /** Looks if a look is due: for a process that was frozen, whose timers are late. Costs one comparison. */
  lookIfDue(): void;
  close(): void;
}

/** Milliseconds. ConfigMaps swap links, and some mounts send no events: the content is read as well. */
const FILE_EVERY = 10_000;
const URL_EVERY = 60_000;
/** Milliseconds from an event to the look: a file is often written in several steps. */
const SETTLE = 100;

class Watch implements ConfigurationWatch {
  readonly #options: WatchOptions;
  readonly #read: () => Promise<Content>;
  readonly #every: number;
  #seen: string | undefined;
  #problem: string | undefined;
  #due: number;
  #cancel: () => void = () => undefined;
  #cancelSettling: (() => void) | undefined;
  #looks: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(options: WatchOptions, read: () => Promise<Content>, every: number) {
    this.#options = options;
    this.#read = read;
    this.#every = every;
    this.#seen = options.seen;
    this.#due = options.clock.now() + every;
    this.#schedule();
  }

  now(): Promise<void> {
    // A look that has not begun yet sees what is there now as well.
    if (this.#waiting === 0) {
      this.#waiting++;
      const look = (): Promise<void> => {
        this.#waiting--;
        return this.#look();
      };
      // One look that failed (a callback that threw) is told to its caller, and the next one comes all the same.
      this.#looks = this.#looks.then(look, look);
    }
    return this.#looks;
  }

  lookIfDue(): void {
    if (this.#options.clock.now() >= this.#due && !this.#closed) void this.now();
  }

  /** Something happened to the file; what it is now will be seen shortly. */
  readonly stirred = (): void => {
    if (this.#closed) return;
    this.#cancelSettling?.();
    this.#cancelSettling = this.#options.clock.after(SETTLE, () => void this.now());
  };

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#cancelSettling?.();
  }

  #schedule(): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#options.clock.after(this.#every, () => void this.now());
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    this.#due = this.#options.clock.now() + this.#every;
    try {
      this.#report(await this.#read());
    } catch (error) {
      if (!(error instanceof ArcheioError) && !(error instanceof ConfigurationError)) throw error;
      if (!this.#closed && this.#problem !== error.message) this.#options.onProblem(error);
      this.#problem = error.message;
    } finally {
      this.#schedule();
    }
  }

  #report({ text, name, keep = () => Promise.resolve() }: Content): void {
    const isBack = this.#problem !== undefined;
    this.#problem = undefined;
    if (this.#closed) return;
    if (text === this.#seen) {
      if (isBack) this.#options.onUnchanged?.();
      return;
    }
    this.#seen = text;
    this.#options.onContent(text, name, keep);
  }
}

/**
 * Calls back with each new content of a configuration: of a file on events of its directory and by reading it, of a URL
 * by asking for it. The preset does not change, nor does what can be read but once: standard input, a pipe, a device.
 */
export function watchConfiguration(
  location: ConfigurationLocation,
  options: WatchOptions,
): ConfigurationWatch {
  const read =
    options.isReadOnce === true
      ? undefined
      : (options.read ?? contentReader(location, options.directory));
  if (read === undefined)
    return { now: () => Promise.resolve(), lookIfDue: () => undefined, close: () => undefined };
  const every = options.every ?? (location.kind === 'url' ? URL_EVERY : FILE_EVERY);
  const watch = new Watch(options, read, every);
  const closeFolder =
    location.kind === 'file' ? watchFolder(location.path, watch.stirred) : () => undefined;
  return {
    now: () => watch.now(),
    lookIfDue: () => watch.lookIfDue(),
    close() {
      closeFolder();
      watch.close();
    },
  };
}
