/** Limits the starts per minute, with bursts; the time is a parameter. */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #capacity: number;
  #tokens: number;
  #at: number;

  /**
   * Allows at most a third more than `perMinute` in any minute: the burst, and the refill.
   *
   * @param perMinute above 0
   * @param now milliseconds since any fixed moment
   */
  constructor(perMinute: number, now: number) {
    this.#perMillisecond = perMinute / 60_000;
    this.#capacity = Math.max(1, perMinute / 3);
    this.#tokens = this.#capacity;
    this.#at = now;
  }

  /** Takes a token, if there is one. */
  take(now: number): boolean {
    const refill = Math.max(0, now - this.#at) * this.#perMillisecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + refill);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
