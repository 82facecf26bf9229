/**
 * How long a worker may be silent, in seconds of its supervisor's own time. They are counted, not measured: a supervisor that was
 * frozen itself has counted one, however long that was.
 */
export const SILENCE = Object.freeze({
  /** Then its connections are said to hang. */
  noticed: 3,
  /** Then it is ended, and replaced. */
  ends: 10,
  /** The same for one that starts or makes a generation ready, during which it may not come to answer. */
  endsBusy: 30,
});

/** What is to be done with a worker. */
export type PulseTurn = 'ask' | 'wait' | 'end';

/** Whether a worker answers: it is asked, and then once a second how long ago that was. */
export class WorkerPulse {
  /** Of the question that is not answered yet; a start is one. */
  #unanswered = true;
  #allowed: number = SILENCE.endsBusy;
  #seconds = 0;

  /** It is not waited for in vain. */
  get answering(): boolean {
    return !this.#unanswered || this.#seconds < SILENCE.noticed;
  }

  /** How long the oldest question has been waiting for its answer. */
  get silentSeconds(): number {
    return this.#unanswered ? this.#seconds : 0;
  }

  /**
   * A second has passed.
   *
   * @param busy whether it has been asked for something that may take longer
   */
  second(busy: boolean): PulseTurn {
    if (this.#unanswered) return ++this.#seconds < this.#allowed ? 'wait' : 'end';
    this.#ask(busy ? SILENCE.endsBusy : SILENCE.ends);
    return 'ask';
  }

  /** It is about to be asked for something that may take longer: whether it is to be asked for a sign of life before. */
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

  /** It has answered, or has begun to. */
  answered(): void {
    this.#unanswered = false;
  }
}
