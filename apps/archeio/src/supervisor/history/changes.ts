import type { Change } from '../../ipc/history.ts';

/** Number of changes that are kept. */
const MOST = 200;

/** Length of a text that is kept; characters. */
const LONGEST = 500;

/** The last changes of backends, configuration and ranges. */
export class Changes {
  readonly #wallClock: () => number;
  readonly #all: Change[] = [];
  #count = 0;

  /** @param wallClock milliseconds since 1970 */
  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** Oldest first. */
  get all(): readonly Change[] {
    return this.#all;
  }

  /** Number of changes so far, forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  /** The changes after the first `count` ones that are still known. */
  since(count: number): readonly Change[] {
    const newer = Math.min(this.#count - count, this.#all.length);
    return this.#all.slice(this.#all.length - newer);
  }

  add({ text, ...change }: Omit<Change, 'atMs'>): void {
    this.#count++;
    if (this.#all.length === MOST) this.#all.shift();
    this.#all.push({
      atMs: this.#wallClock(),
      ...change,
      text: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text,
    });
  }
}
