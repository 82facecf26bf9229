import type { Clock } from '@archeio/presence';
import type { NoAnswer } from '@archeio/content-checks';
import { HttpClient } from '../../backends/client/http-client.ts';
import type { AnswerHead, RepeatedRequest } from '../../backends/client/repeated-request.ts';
import { TimeLimit } from '../../backends/client/time-limit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxies to use. Proxies for http are left out: the target of a request through one is its Host, and that is the
 * client's, not the reference.
 */
export function proxiesOf(environment: Environment): Environment {
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = environment;
  return { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy };
}

/** The instance that answers are compared with. */
export class Reference {
  readonly #url: string;
  readonly #client: HttpClient;
  readonly #limit: TimeLimit;

  /** @param timeout milliseconds for one request as a whole */
  constructor(url: string, timeout: number, clock: Clock, environment: Environment = process.env) {
    this.#url = url;
    this.#client = new HttpClient({
      userAgent: 'archeio',
      clock,
      proxyEnv: proxiesOf(environment),
    });
    this.#limit = new TimeLimit(timeout, clock);
  }

  /** Never rejects; settles within the time-out. */
  ask(request: RepeatedRequest): Promise<AnswerHead | NoAnswer> {
    return this.#limit.run((signal) => this.#client.repeat(this.#url, request, signal));
  }

  /** Ends requests in progress without a result, and closes connections. */
  close(): void {
    this.#limit.close();
    this.#client.close();
  }
}
