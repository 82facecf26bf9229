import type { Clock } from '@archeio/presence';
import type {
  BodyAnswer,
  BodyReader,
  CheckMethod,
  NoAnswer,
  StoreAnswer,
} from './store-checker.ts';
import type { HttpClient } from './http-client.ts';
import { failureReason, isTlsError } from '@archeio/plain-errors';
import { isOwnFault } from '../../platform/own-fault.ts';

/** The HTTP client of a checker. */
export type StoreClient = Pick<HttpClient, 'ask' | 'read' | 'close'>;

/** Milliseconds that a time-out may be late before the process, and not the store, is at fault: it was frozen. */
const TOLERATED_DELAY = 1000;

const TIMEOUT: NoAnswer = Object.freeze({ kind: 'failure', reason: 'timeout' });
const NOTHING: NoAnswer = Object.freeze({ kind: 'nothing' });

/** Gives a client one time-out for everything: name, connection, TLS, a second attempt, the answer. */
export class TimedChecker implements BodyReader {
  readonly #client: StoreClient;
  readonly #timeout: number;
  readonly #clock: Clock;
  readonly #underWay = new Set<AbortController>();
  #closed = false;

  /** @param timeout milliseconds */
  constructor(client: StoreClient, timeout: number, clock: Clock) {
    this.#client = client;
    this.#timeout = timeout;
    this.#clock = clock;
  }

  check(url: string, method: CheckMethod, accept?: string): Promise<StoreAnswer> {
    return this.#timed((signal) => this.#client.ask(url, method, signal, accept));
  }

  read(url: string, bytes: number): Promise<BodyAnswer> {
    return this.#timed((signal) => this.#client.read(url, bytes, signal));
  }

  async #timed<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | NoAnswer> {
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

  close(): void {
    this.#closed = true;
    for (const controller of this.#underWay) controller.abort();
    this.#client.close();
  }
}
