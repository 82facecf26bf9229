/** The signals of someone who wants it to end: Ctrl-C, and whoever runs it. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
/** How long what is on its way may take to be left in order; milliseconds. */
const PATIENCE = 10_000;

/** Hears that the run is to end. The first signal asks for that; a second one, or too long a time, ends it at once. */
export class Interruption implements Disposable {
  readonly #control = new AbortController();
  readonly #heard = (signal: NodeJS.Signals): void => this.#hear(signal);
  #by: NodeJS.Signals | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#heard);
  }

  /** Aborted when the run is to end. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** What was heard. */
  get by(): NodeJS.Signals | undefined {
    return this.#by;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of SIGNALS) process.removeListener(signal, this.#heard);
  }

  #hear(signal: NodeJS.Signals): void {
    if (this.#by !== undefined) return this.#end(signal);
    this.#by = signal;
    this.#timer = setTimeout(() => this.#end(signal), PATIENCE);
    this.#control.abort();
  }

  /** Without us listening, the signal does what it does to every program. */
  #end(signal: NodeJS.Signals): void {
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  }
}
