import type { Clock } from '@archeio/presence';
import type { BodyAnswer, BodyReader, CheckMethod, StoreAnswer } from '@archeio/content-checks';
import type { HttpClient } from './http-client.ts';
import { TimeLimit } from './time-limit.ts';

/** The HTTP client of a checker. */
export type StoreClient = Pick<HttpClient, 'ask' | 'read' | 'close'>;

/** Gives the exchanges of a client a {@link TimeLimit}. */
export class TimedChecker implements BodyReader {
  readonly #client: StoreClient;
  readonly #limit: TimeLimit;

  /** @param timeout milliseconds */
  constructor(client: StoreClient, timeout: number, clock: Clock) {
    this.#client = client;
    this.#limit = new TimeLimit(timeout, clock);
  }

  check(url: string, method: CheckMethod, accept?: string): Promise<StoreAnswer> {
    return this.#limit.run((signal) => this.#client.ask(url, method, signal, accept));
  }

  read(url: string, bytes: number): Promise<BodyAnswer> {
    return this.#limit.run((signal) => this.#client.read(url, bytes, signal));
  }

  close(): void {
    this.#limit.close();
    this.#client.close();
  }
}
