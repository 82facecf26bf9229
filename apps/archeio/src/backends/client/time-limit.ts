import type { Clock } from '@archeio/presence';
import { failureReason, isTlsError } from '@archeio/plain-errors';
import { isOwnFault } from '../../platform/own-fault.ts';
import type { NoAnswer } from '@archeio/content-checks';

/** Milliseconds that a time-out may be late before the process, and not the other end, is at fault: it was frozen. */
const TOLERATED_DELAY = 1000;

const TIMEOUT: NoAnswer = Object.freeze({ kind: 'failure', reason: 'timeout' });
const NOTHING: NoAnswer = Object.freeze({ kind: 'nothing' });

/** Gives each exchange one time-out for everything: name, connection, TLS, a second attempt, the answer. */
export class TimeLimit {
  readonly #timeout: number;
  readonly #clock: Clock;
  readonly #underWay = new Set<AbortController>();
  #closed = false;

  /** @param timeout milliseconds */
  constructor(timeout: number, clock: Clock) {
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /** The result of `ask`, or why there is none. Never rejects. */
  async run<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | NoAnswer> {
    if (this.#closed) return NOTHING;
    const started = this.#clock.now();
    const controller = new AbortController();
    this.#underWay.add(controller);
    const cancel = this.#clock.after(this.#timeout, () => controller.abort());
    try {
      return await ask(controller.signal);
    } catch (error) {
      const late = this.#clock.now() - started > this.#timeout + TOLERATED_DELAY;
      if (late || this.#closed || isOwnFault(error)) return NOTHING;
      if (controller.signal.aborted) return TIMEOUT;
      return {
        kind: 'failure',
        reason: isTlsError(error) ? 'tls' : 'connection',
        detail: failureReason(error),
      };
    } finally {
      cancel();
      this.#underWay.delete(controller);
    }
  }

  /** Ends exchanges in progress, and refuses others. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#underWay) controller.abort();
  }
}
