import type { Timing } from './timing.ts';

/** Lets so many units a second through, evenly, in the order in which they are asked for. */
export class Pacer {
  readonly #timing: Timing;
  readonly #perSecond: number;
  #next = 0;

  /** @param perSecond 0 lets everything through */
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

  /** Lets nothing through for so many milliseconds: whoever is asked has had enough. */
  pause(milliseconds: number): void {
    this.#next = Math.max(this.#next, this.#timing.now() + milliseconds);
  }
}
