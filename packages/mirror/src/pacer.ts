import type { Timing } from './timing.ts';

/** Lets a number of units per second pass, evenly, in the order of the requests. */
export class Pacer {
  readonly #timing: Timing;
  readonly #perSecond: number;
  #next = 0;

  /** @param perSecond units; 0 means no limit */
  constructor(timing: Timing, perSecond: number) {
    this.#timing = timing;
    this.#perSecond = perSecond;
  }

  /** Waits until `units` more may pass. */
  async take(units = 1): Promise<void> {
    const now = this.#timing.now();
    const turn = Math.max(now, this.#next);
    if (this.#perSecond > 0) this.#next = turn + (units * 1000) / this.#perSecond;
    if (turn > now) await this.#timing.sleep(turn - now);
  }

  /** Lets nothing pass for some milliseconds, because the server asked for a pause. */
  pause(milliseconds: number): void {
    this.#next = Math.max(this.#next, this.#timing.now() + milliseconds);
  }
}
