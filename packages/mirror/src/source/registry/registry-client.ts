import { reasonOf } from '@archeio/mirror-plan';
import { answerableChallenges, unanswerable } from './answerable.ts';
import { Authorization } from './authorization.ts';
import type { RegistryAnswer } from './body-chunks.ts';
import { UNDECODED } from '@archeio/bounded-reading';
import { ATTEMPTS, backoff, patience } from '../../backoff.ts';
import type { CredentialsOf } from '../credentials/docker-credentials.ts';
import { tokenError, type TokenRequest } from './fetch-token.ts';
import { Negotiation } from './negotiation.ts';
import type { Pacer } from '../../pacer.ts';
import { readBytes } from './read-bytes.ts';
import {
  type AnsweredText,
  answeredError,
  asRegistryError,
  networkError,
  RegistryError,
} from './registry-error.ts';
import {
  REDIRECTS,
  redirectLocation,
  redirectTarget,
  sendsCredentials,
  shownUrl,
} from './sends-credentials.ts';
import type { Timing } from '../../timing.ts';

/** Default for how long a server may stall; milliseconds. */
const SILENCE = 60_000;
/** Maximum attempts of a request that the registry keeps refusing. */
const AUTHORIZATIONS = 5;
/** Some registries answer 403 instead of 401, with a challenge. */
const REFUSED: ReadonlySet<number> = new Set([401, 403]);
/** Maximum size of answers of token servers, and of errors; bytes. */
const LONGEST_TOKEN = 1024 * 1024;
const LONGEST_ERROR = 4096;
/** Maximum size of lists: Google's contain every manifest of a repository. Bytes. */
const LONGEST_TEXT = 256 * 1024 * 1024;
/** How much of an unwanted body to read so that its connection can be reused; bytes. */
const LONGEST_DISCARDED = 64 * 1024;
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** Statuses of storage services for an expired link: Amazon and Azure use 403, Google uses 400. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 410]);
/** How often to ask the registry for a link. */
const LINKS = 3;

export interface RegistryRequest {
  readonly method?: 'GET' | 'HEAD';
  /** Scope of the token, if the registry requires one. */
  readonly scope: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Accepted statuses besides 2xx. */
  readonly also?: readonly number[];
  /** Number of attempts if there is no answer, or one that asks to retry. */
  readonly attempts?: number;
}

export interface ClientOptions {
  /** Such as `https://host`. */
  readonly origin: string;
  readonly credentials: CredentialsOf;
  /** Paces every request, including those for tokens, redirects and retries. */
  readonly pacer: Pacer;
  readonly timing: Timing;
  /** How long the registry may stall; milliseconds. */
  readonly silence?: number;
}

/** Sends requests to one registry, with authentication, retries and a rate limit. */
export class RegistryClient {
  readonly origin: string;
  readonly silence: number;
  readonly #url: URL;
  readonly #pacer: Pacer;
  readonly #timing: Timing;
  readonly #authorization: Authorization;
  /** Token servers that failed all attempts: from then on they get a single attempt. */
  readonly #unreachable = new Set<string>();

  constructor({ origin, credentials, pacer, timing, silence = SILENCE }: ClientOptions) {
    this.origin = origin;
    this.silence = silence;
    this.#url = new URL(origin);
    this.#pacer = pacer;
    this.#timing = timing;
    this.#authorization = new Authorization({
      origin,
      credentials,
      fetch: (url, request) => this.#askTokenServer(url, request),
      timing,
    });
  }

  /**
   * Sends a request to the registry or, with an absolute URL, to a redirect's target.
   *
   * @param read reads the body of a 2xx; if that fails, the request is sent again
   * @throws RegistryError for every answer that is neither 2xx nor accepted
   */
  async request(
    target: string,
    request: RegistryRequest,
    read?: (answer: RegistryAnswer, url: string) => Promise<void>,
  ): Promise<RegistryAnswer> {
    const url = new URL(target, this.origin).href;
    const attempt = async (): Promise<RegistryAnswer> => {
      const answer = await this.#authorized(url, request);
      if (answer.response.ok) await read?.(answer, url);
      return answer;
    };
    const answer = await this.#patiently(url, attempt, request.attempts);
    const { status, ok, headers } = answer.response;
    if (ok || request.also?.includes(status)) return answer;
    const why = status === 401 ? unanswerable(headers.get('www-authenticate'), new URL(url)) : '';
    throw await this.#errorOf(url, answer, why);
  }

  /**
   * The same, reading the whole body as text; a truncated body is requested again.
   *
   * @throws RegistryError as {@link request}, and if the body is longer than any list of a registry
   */
  async text(target: string, request: RegistryRequest): Promise<AnsweredText> {
    let text: string | undefined;
    const answer = await this.request(target, request, async (read, url) => {
      text = await this.#textOf(url, read, LONGEST_TEXT);
    });
    const { status, ok, headers } = answer.response;
    return { status, ok, headers, text: text ?? (await this.#beginningOf(answer)) };
  }

  /** The same as bytes; undefined if there are more than `most`. */
  async bytes(
    target: string,
    request: RegistryRequest,
    most: number,
  ): Promise<{ readonly headers: Headers; readonly bytes: Uint8Array | undefined }> {
    let bytes: Uint8Array | undefined;
    const { response } = await this.request(target, request, async (answer, url) => {
      bytes = await this.#bytesOf(url, answer, most);
    });
    return { headers: response.headers, bytes };
  }

  async #bytesOf(
    url: string,
    answer: RegistryAnswer,
    most: number,
  ): Promise<Uint8Array | undefined> {
    try {
      const { bytes, isWhole } = await readBytes(answer, most, this.silence);
      return isWhole ? bytes : undefined;
    } catch (error) {
      throw networkError(url, error);
    }
  }

  async #textOf(url: string, answer: RegistryAnswer, most: number): Promise<string> {
    const bytes = await this.#bytesOf(url, answer, most);
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
    const why = `expected at most ${most} bytes`;
    throw new RegistryError(`cannot read ${url}: ${why}`, answer.response.status);
  }

  /** An unreachable token server has been retried already: requests that need its token are not retried again. */
  async #askTokenServer(url: string, request: TokenRequest): Promise<AnsweredText> {
    const { origin } = new URL(url);
    const shown = shownUrl(new URL(url));
    let text = '';
    const attempt = async (): Promise<RegistryAnswer> => {
      await this.#pacer.take();
      const answer = await this.#once(url, request, shown);
      if (!RETRIED.has(answer.response.status))
        text = await this.#textOf(shown, answer, LONGEST_TOKEN);
      return answer;
    };
    try {
      const attempts = this.#unreachable.has(origin) ? 1 : ATTEMPTS;
      const { status, ok, headers } = (await this.#patiently(shown, attempt, attempts)).response;
      this.#unreachable.delete(origin);
      return { status, ok, headers, text };
    } catch (error) {
      const { message, status } = asRegistryError(error);
      if (status === 0) this.#unreachable.add(origin);
      throw tokenError(message);
    }
  }

  /** Answers the registry's challenges until nothing new is left to try. */
  async #authorized(target: string, request: RegistryRequest): Promise<RegistryAnswer> {
    const negotiation = new Negotiation(this.#authorization, request.scope);
    for (let attempt = 1; ; attempt++) {
      // The turn first: a token can expire while its request waits.
      await this.#pacer.take();
      const { answer, url } = await this.#following(target, request, await negotiation.header());
      const { status, ok, headers } = answer.response;
      // Challenges of hosts that the registry redirects to are ignored.
      const isRefused = REFUSED.has(status) && sendsCredentials(this.#url, url);
      const challenges = isRefused
        ? answerableChallenges(headers.get('www-authenticate'), url)
        : [];
      if (!isRefused || (status === 403 && challenges.length === 0)) {
        negotiation.settled(ok);
        return answer;
      }
      if (attempt === AUTHORIZATIONS || !negotiation.refused(challenges)) return answer;
      await this.#beginningOf(answer, LONGEST_DISCARDED);
    }
  }

  /** Follows redirects; sends credentials to the registry only. Returns the answer and its URL. */
  async #following(
    first: string,
    { method = 'GET', headers = {} }: RegistryRequest,
    authorization: string | undefined,
  ) {
    let url = new URL(first);
    for (let redirects = 0; ; redirects++) {
      if (redirects > 0) await this.#pacer.take();
      const own = authorization !== undefined && sendsCredentials(this.#url, url);
      const sent = { method, headers: { ...headers, ...(own && { authorization }) } };
      const answer = await this.#once(url.href, sent, redirects === 0 ? first : shownUrl(url));
      const location = redirectLocation(answer.response);
      if (location === undefined || redirects === REDIRECTS)
        return { answer: { ...answer, isElsewhere: url.origin !== this.#url.origin }, url };
      await this.#beginningOf(answer, LONGEST_DISCARDED);
      try {
        url = redirectTarget(location, url);
      } catch (error) {
        throw new RegistryError(`cannot read ${first}: ${reasonOf(error)}`, answer.response.status);
      }
    }
  }

  /** Sends a request whose turn has come. */
  async #once(url: string, init: TokenRequest, shown = url): Promise<RegistryAnswer> {
    const control = new AbortController();
    const timer = setTimeout(
      () => control.abort(new RegistryError(`no answer within ${this.silence / 1000} s`, 0)),
      this.silence,
    );
    try {
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        ...UNDECODED,
        signal: control.signal,
        // Blobs must arrive as the digest's exact bytes.
        headers: { 'user-agent': 'archeio', 'accept-encoding': 'identity', ...init.headers },
      });
      return { response, stop: () => control.abort() };
    } catch (error) {
      throw networkError(shown, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #errorOf(url: string, answer: RegistryAnswer, more = ''): Promise<RegistryError> {
    const { status } = answer.response;
    return answeredError(url, { status, text: await this.#beginningOf(answer) }, more);
  }

  /** The body, up to a limit; empty if it cannot be read. Once read, its connection can be reused. */
  async #beginningOf(answer: RegistryAnswer, most = LONGEST_ERROR): Promise<string> {
    const read = await readBytes(answer, most, this.silence).catch(() => undefined);
    return new TextDecoder().decode(read?.bytes);
  }

  /** Retries transient failures: no answer, overload, server errors. */
  async #patiently(
    url: string,
    attempt: () => Promise<RegistryAnswer>,
    attempts = ATTEMPTS,
  ): Promise<RegistryAnswer> {
    for (let failures = 1; ; failures++) {
      const result = await attempt().catch((error: unknown) => asRegistryError(error));
      const last = failures >= attempts;
      if (!('response' in result)) {
        if (result.isFinal || last) throw result;
        await this.#timing.sleep(backoff(this.#timing, failures));
        continue;
      }
      const { status, headers } = result.response;
      const isExpired = result.isElsewhere === true && EXPIRED.has(status) && failures < LINKS;
      if (!RETRIED.has(status) && !isExpired) return result;
      if (last) throw await this.#errorOf(url, result);
      const { isSaid, wait } = patience(headers.get('retry-after'), this.#timing, failures);
      await this.#beginningOf(result, LONGEST_DISCARDED);
      // The server states a time for all clients: retrying earlier would make it worse.
      if (isSaid) this.#pacer.pause(wait);
      else await this.#timing.sleep(wait);
    }
  }
}
