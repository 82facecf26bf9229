import { Authorization } from './authorization.ts';
import { ATTEMPTS, backoff, retryAfter } from './backoff.ts';
import { parseChallenge } from './challenge.ts';
import type { Credentials } from './docker-credentials.ts';
import type { Pacer } from './pacer.ts';
import { networkError, RegistryError, registryErrorOf } from './registry-error.ts';
import type { Timing } from './timing.ts';

/** How long a server may be silent, in milliseconds, unless another time is said. */
const SILENCE = 60_000;
const REDIRECTS = 5;
/** How often a request goes out that is answered 401 whatever token it has. */
const AUTHORIZATIONS = 4;
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A request as it goes out. */
export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RegistryRequest {
  readonly method?: 'GET' | 'HEAD';
  /** Of the token that is asked for, where the registry wants one. */
  readonly scope: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers that are no failure besides those of 2xx. */
  readonly also?: readonly number[];
  /** How often it is tried where there is no answer at all. */
  readonly attempts?: number;
}

/** An answer whose headers have come, and what ends it should its body stay away. */
export interface Answer {
  readonly response: Response;
  readonly stop: () => void;
}

export interface ClientOptions {
  /** As `https://host`. */
  readonly origin: string;
  readonly credentials: Credentials | undefined;
  /** Every request passes it: tokens, redirects and further attempts as well. */
  readonly pacer: Pacer;
  readonly timing: Timing;
  /** How long the registry may be silent; milliseconds. */
  readonly silence?: number;
}

/** Requests to one registry, with what it asks for: tokens, patience, a pace. */
export class RegistryClient {
  readonly origin: string;
  /** Nobody has said who we are. */
  readonly isAnonymous: boolean;
  readonly silence: number;
  readonly #pacer: Pacer;
  readonly #timing: Timing;
  readonly #authorization: Authorization;

  constructor({ origin, credentials, pacer, timing, silence = SILENCE }: ClientOptions) {
    this.origin = origin;
    this.isAnonymous = credentials === undefined;
    this.silence = silence;
    this.#pacer = pacer;
    this.#timing = timing;
    this.#authorization = new Authorization(
      new URL(origin).host,
      credentials,
      (url, init) => this.#unauthorized(url, init),
      timing,
    );
  }

  /**
   * Asks the registry, or (with a whole URL) where it led us.
   *
   * @throws RegistryError for every answer that is neither 2xx nor expected
   */
  async request(target: string, request: RegistryRequest): Promise<Answer> {
    const url = new URL(target, this.origin).href;
    const answer = await this.#patiently(
      url,
      () => this.#authorized(url, request),
      request.attempts,
    );
    const { status, ok } = answer.response;
    if (ok || request.also?.includes(status)) return answer;
    throw await registryErrorOf(url, answer.response);
  }

  /** A token server that cannot be reached has been tried often enough: what needs the token is not tried again. */
  async #unauthorized(url: string, init: Outgoing): Promise<Response> {
    try {
      const attempt = async (): Promise<Answer> => {
        await this.#pacer.take();
        return this.#once(url, init);
      };
      return (await this.#patiently(url, attempt)).response;
    } catch (error) {
      const { message, status } = asRegistryError(error);
      throw new RegistryError(message, status === 0 ? 401 : status);
    }
  }

  /**
   * A token can run out, or be for another scope, between two requests. One that others had fetched proves nothing by
   * being refused; one that was fetched for this very request does.
   */
  async #authorized(url: string, request: RegistryRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      // The turn first: a token can run out while its request waits for it.
      await this.#pacer.take();
      const sent = await this.#authorization.header(request.scope);
      const answer = await this.#following(url, request, sent?.value);
      if (answer.response.status !== 401 || attempt === AUTHORIZATIONS) return answer;
      const challenge = parseChallenge(answer.response.headers.get('www-authenticate'));
      if (!this.#authorization.refused(challenge, request.scope, sent)) return answer;
      await this.#discard(answer);
    }
  }

  /** Follows redirects; who we are is told to nobody but the registry itself. */
  async #following(
    first: string,
    { method = 'GET', headers = {} }: RegistryRequest,
    authorization: string | undefined,
  ): Promise<Answer> {
    let url = first;
    for (let redirects = 0; ; redirects++) {
      if (redirects > 0) await this.#pacer.take();
      const own = authorization !== undefined && new URL(url).origin === this.origin;
      const answer = await this.#once(url, {
        method,
        headers: { ...headers, ...(own && { authorization }) },
      });
      const location = answer.response.headers.get('location');
      if (!REDIRECT.has(answer.response.status) || location === null || redirects === REDIRECTS)
        return answer;
      await this.#discard(answer);
      url = new URL(location, url).href;
    }
  }

  /** Sends what has had its turn. */
  async #once(url: string, init: Outgoing): Promise<Answer> {
    const control = new AbortController();
    const timer = setTimeout(
      () => control.abort(new Error(`no answer within ${this.silence / 1000} s`)),
      this.silence,
    );
    try {
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        signal: control.signal,
        // Blobs are what their digest says, byte by byte.
        headers: { 'user-agent': 'archeio', 'accept-encoding': 'identity', ...init.headers },
      });
      return { response, stop: () => control.abort() };
    } catch (error) {
      throw networkError(url, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #discard({ response }: Answer): Promise<void> {
    await response.arrayBuffer().catch(() => undefined);
  }

  /** Tries again what may go better the next time: no answer at all, overload, trouble inside the server. */
  async #patiently(
    url: string,
    attempt: () => Promise<Answer>,
    unanswered = ATTEMPTS,
  ): Promise<Answer> {
    for (let failures = 1; ; failures++) {
      const result = await attempt().catch((error: unknown) => asRegistryError(error));
      const last = failures === ATTEMPTS;
      if (!('response' in result)) {
        if (result.status !== 0 || failures >= unanswered) throw result;
        await this.#timing.sleep(backoff(this.#timing, failures));
        continue;
      }
      const { status, headers } = result.response;
      if (!RETRIED.has(status)) return result;
      if (last) throw await registryErrorOf(url, result.response);
      const wait = retryAfter(headers.get('retry-after'), this.#timing);
      await this.#discard(result);
      // It says when it will have us again, all of us: others who come earlier would only make it worse.
      if (wait !== undefined) this.#pacer.pause(wait);
      else await this.#timing.sleep(backoff(this.#timing, failures));
    }
  }
}

function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}
