/**
 * Limits the checks of an isolate that are under way to one backend. It counts moments, and holds nothing of a request: the
 * platform may end a request without a word, and what that request had begun is forgotten after the time-out.
 */
export class CheckLimit {
  readonly #most: number;
  readonly #timeout: number;
  /** When each check under way began. */
  readonly #began = new Set<{ readonly at: number }>();

  /**
   * @param most maximum number of checks under way
   * @param timeout time after which a check has surely ended, in milliseconds
   */
  constructor(most: number, timeout: number) {
    this.#most = most;
    this.#timeout = timeout;
  }

  /** Begins a check, if there may be one more. @returns ends it; undefined if there are too many */
  begin(now: number): (() => void) | undefined {
    if (this.#began.size >= this.#most) this.#forget(now);
    if (this.#began.size >= this.#most) return undefined;
    const check = { at: now };
    this.#began.add(check);
    return () => void this.#began.delete(check);
  }

  /** Forgets checks whose time is up. They are in the order in which they began. */
  #forget(now: number): void {
    for (const check of this.#began) {
      if (now - check.at <= this.#timeout) return;
      this.#began.delete(check);
    }
  }
}
