/**
 * How long a worker may be silent, in seconds of its supervisor's own time. They are counted, not measured: a supervisor that was
 * frozen itself has counted one, however long that was.
 */
export const SILENCE = Object.freeze({
  /** Its connections are then reported to hang. */
  noticed: 3,
  /** It is then killed and replaced. */
  ends: 10,
  /** The same while it starts or prepares a generation, which may keep it from answering. */
  endsBusy: 30,
});

/** What to do with a worker. */
export type PulseTurn = 'ask' | 'wait' | 'end';

/** Tracks whether a worker answers pings; checked once a second. */
export class WorkerPulse {
  /** Of the unanswered ping; a start counts as one. */
  #unanswered = true;
  #allowed: number = SILENCE.endsBusy;
  #seconds = 0;

  /** Whether no answer is overdue. */
  get answering(): boolean {
    return !this.#unanswered || this.#seconds < SILENCE.noticed;
  }

  /** Seconds that the oldest ping has been unanswered. */
  get silentSeconds(): number {
    return this.#unanswered ? this.#seconds : 0;
  }

  /**
   * Called every second.
   *
   * @param busy whether a call in progress may take longer
   */
  second(busy: boolean): PulseTurn {
    if (this.#unanswered) return ++this.#seconds < this.#allowed ? 'wait' : 'end';
    this.#ask(busy ? SILENCE.endsBusy : SILENCE.ends);
    return 'ask';
  }

  /** Called before a call that may take longer; returns whether to send a ping first. */
  askBefore(): boolean {
    if (this.#unanswered) return false;
    this.#ask(SILENCE.ends);
    return true;
  }

  #ask(allowed: number): void {
    this.#unanswered = true;
    this.#seconds = 0;
    this.#allowed = allowed;
  }

  /** Called when it answers. */
  answered(): void {
    this.#unanswered = false;
  }
}
