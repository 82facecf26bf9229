import type { Clock } from '@archeio/presence';
import type { Content } from '../content.ts';
import type { ConfigurationLocation } from '../location.ts';
import { ConfigurationError } from '@archeio/configuration';
import { readAgain } from '../read-content.ts';
import { RemoteContent } from '../remote-content.ts';
import { watchFolder } from './watch-folder.ts';
import { ArcheioError } from '../../platform/errors.ts';

export interface WatchOptions {
  readonly clock: Clock;
  /** Milliseconds between looks; 10 s for a file, 60 s for a URL. */
  readonly every?: number;
  /** The text in use: only a different text is reported. */
  readonly seen?: string;
  /** The content came from a pipe or device, which cannot be read again. */
  readonly isReadOnce?: boolean | undefined;
  /** Directory for the last good content of a URL. */
  readonly directory?: string;
  /** Called with each changed content; it should call `keep` once it finds the content good. */
  readonly onContent: (content: Content) => void;
  /** Called once for each new reason why the content cannot be read. */
  readonly onProblem: (error: ArcheioError | ConfigurationError) => void;
  /** Called when, after a problem, the content can be read again and is unchanged. */
  readonly onUnchanged?: () => void;
  /** Replaced in tests. */
  readonly read?: (() => Promise<Content>) | undefined;
}

export interface ConfigurationWatch {
  /** Looks at once; resolves when the current content has been reported. */
  now(): Promise<void>;
  /** Looks if a look is due, for a process that was frozen and whose timers are late. Costs one comparison. */
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
    // A look that has not started yet will see the current content too.
    if (this.#waiting === 0) {
      this.#waiting++;
      const look = (): Promise<void> => {
        this.#waiting--;
        return this.#look();
      };
      // A failed look (a callback threw) rejects for its caller, and the next one runs all the same.
      this.#looks = this.#looks.then(look, look);
    }
    return this.#looks;
  }

  lookIfDue(): void {
    if (this.#options.clock.now() >= this.#due && !this.#closed) void this.now();
  }

  /** The file changed in some way; schedules a look. */
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

  #report(content: Content): void {
    const isBack = this.#problem !== undefined;
    this.#problem = undefined;
    if (this.#closed) return;
    if (content.text === this.#seen) {
      if (isBack) this.#options.onUnchanged?.();
      return;
    }
    this.#seen = content.text;
    this.#options.onContent(content);
  }
}

/** Returns a function that reads a location repeatedly; undefined if it can be read only once. */
function contentReader(
  location: ConfigurationLocation,
  directory?: string,
): (() => Promise<Content>) | undefined {
  switch (location.kind) {
    case 'file':
      return () => readAgain(location.path);
    case 'url': {
      const remote = new RemoteContent(location.url, { directory });
      return () => remote.fetch();
    }
    case 'preset':
    case 'stdin':
      return undefined;
  }
}

/**
 * Calls back with each new content of a configuration: of a file on directory events and by polling, of a URL
 * by polling. The preset does not change, and standard input, pipes and devices can be read only once.
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
