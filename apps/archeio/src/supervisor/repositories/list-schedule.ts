/** Multiple of `refreshEvery` after which a list that could not be refreshed is no longer used: all names are accepted. */
const KEPT_FOR = 3;

/** Largest share of `refreshEvery` by which a refresh is randomly early, so that servers do not ask all at once. */
const JITTER = 0.1;

/** Delay after a first failure, in milliseconds; doubles with each further one. */
const FIRST_RETRY = 30_000;

/** A list with less than this share of the last one's names has to be confirmed by the next one. */
const BELIEVABLE = 0.5;

/** Decides when to read one registry's list, how long to use it, and whether to trust a new one. */
export class ListSchedule {
  /** When to read the list. */
  due: number;
  /** When the last good list is too old; Infinity if there is none. */
  goodUntil = Infinity;
  readonly #refreshEvery: number;
  /** Number of names on the last list, to compare the next one with. */
  #size = 0;
  #failures = 0;

  /**
   * @param refreshEvery milliseconds
   * @param now milliseconds since any fixed moment; the first list is due at once
   */
  constructor(refreshEvery: number, now: number) {
    this.#refreshEvery = refreshEvery;
    this.due = now;
  }

  /**
   * Records that a list was read. An empty one is never used, because it would refuse every name. One that lost more
   * than half of its names is `suspicious`: it is used once the next one confirms it.
   *
   * @param random from 0 to 1
   */
  succeeded(size: number, now: number, random: number): 'known' | 'suspicious' {
    const believed = size > 0 && size >= this.#size * BELIEVABLE;
    if (size > 0) this.#size = size;
    this.#failures = 0;
    this.due = now + this.#refreshEvery * (1 - JITTER * random);
    this.goodUntil = believed ? now + KEPT_FOR * this.#refreshEvery : Infinity;
    return believed ? 'known' : 'suspicious';
  }

  /**
   * Records that no upstream returned a list.
   *
   * @param notBefore when the first upstream accepts another request
   */
  failed(now: number, random: number, notBefore: number): void {
    const wait = Math.min(FIRST_RETRY * 2 ** this.#failures, this.#refreshEvery);
    this.#failures = Math.min(this.#failures + 1, 20);
    this.due = Math.max(now + wait * (1 - JITTER * random), notBefore);
  }

  /** Records that the last good list is too old, and no longer used. */
  expired(): void {
    this.goodUntil = Infinity;
  }
}
