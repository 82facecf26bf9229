/** Signals of Ctrl-C, of a service manager, and of a closed terminal. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Time limit for cleaning up work in flight; milliseconds. */
const PATIENCE = 10_000;

/** Stops a run on a signal. A second signal, or the end of {@link PATIENCE}, ends the process at once. */
export class Interruption implements Disposable {
  readonly #control = new AbortController();
  readonly #heard = (signal: NodeJS.Signals): void => this.#hear(signal);
  readonly #signals: readonly NodeJS.Signals[];
  #by: NodeJS.Signals | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Leaves signals that already have a listener alone, such as one that ignores SIGHUP under nohup. */
  constructor() {
    this.#signals = SIGNALS.filter((signal) => process.listenerCount(signal) === 0);
    for (const signal of this.#signals) process.on(signal, this.#heard);
  }

  /** Aborted at the first signal. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** The first signal, if one arrived. */
  get by(): NodeJS.Signals | undefined {
    return this.#by;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) process.removeListener(signal, this.#heard);
  }

  #hear(signal: NodeJS.Signals): void {
    if (this.#by !== undefined) return this.#end(signal);
    this.#by = signal;
    this.#timer = setTimeout(() => this.#end(signal), PATIENCE);
    this.#control.abort();
  }

  /** Restores the default action of the signals. */
  #end(signal: NodeJS.Signals): void {
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  }
}
