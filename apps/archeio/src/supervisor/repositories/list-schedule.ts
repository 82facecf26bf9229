/** Times of `refreshEvery` after which a list that could not be refreshed lets everything through. */
const KEPT_FOR = 3;

/** Share of `refreshEvery` by which refreshes come early at random, so that a fleet does not ask all at once. */
const JITTER = 0.1;

/** The first wait after a failure, in milliseconds; it doubles. */
const FIRST_RETRY = 30_000;

/** A list with less than this share of the last one's names is not believed at once. */
const BELIEVABLE = 0.5;

/** What a schedule makes of a list: it is used, or it is not believed until the next one confirms it. */
export type Verdict = 'known' | 'suspicious';

/** When one registry's list is due, how long the last one is good for, and whether a new one is believed. */
export class ListSchedule {
  readonly #refreshEvery: number;
  #due: number;
  #goodUntil = Infinity;
  /** Names of the list that the next one is held against. */
  #size = 0;
  #failures = 0;

  /**
   * @param refreshEvery milliseconds
   * @param now milliseconds since any fixed moment: due at once
   */
  constructor(refreshEvery: number, now: number) {
    this.#refreshEvery = refreshEvery;
    this.#due = now;
  }

  /** When the list is to be asked for. */
  get due(): number {
    return this.#due;
  }

  /** When the last good list is too old; Infinity where there is none. */
  get goodUntil(): number {
    return this.#goodUntil;
  }

  /**
   * A list was read. An empty one is never used: it would refuse every name. One that lost more than half is
   * believed when the next one looks the same.
   *
   * @param random from 0 to 1
   */
  succeeded(size: number, now: number, random: number): Verdict {
    const believed = size > 0 && size >= this.#size * BELIEVABLE;
    if (size > 0) this.#size = size;
    this.#failures = 0;
    this.#due = now + this.#refreshEvery * (1 - JITTER * random);
    this.#goodUntil = believed ? now + KEPT_FOR * this.#refreshEvery : Infinity;
    return believed ? 'known' : 'suspicious';
  }

  /**
   * No upstream gave a list.
   *
   * @param notBefore the earliest moment at which an upstream will have it asked again
   */
  failed(now: number, random: number, notBefore: number): void {
    const wait = Math.min(FIRST_RETRY * 2 ** this.#failures, this.#refreshEvery);
    this.#failures = Math.min(this.#failures + 1, 20);
    this.#due = Math.max(now + wait * (1 - JITTER * random), notBefore);
  }

  /** The last good list is too old, and counts no more. */
  expired(): void {
    this.#goodUntil = Infinity;
  }
}
