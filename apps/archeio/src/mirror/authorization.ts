import type { Challenge } from './challenge.ts';
import type { Credentials } from './docker-credentials.ts';
import { isObject, textAt } from './json-value.ts';
import { registryErrorOf, RegistryError } from './registry-error.ts';
import type { Timing } from './timing.ts';

interface Token {
  readonly value: Promise<string>;
  /** Milliseconds of the clock; endless while it is being fetched. */
  until: number;
}

/** What a request is sent with. */
export interface Sent {
  /** Of the header `Authorization`. */
  readonly value: string;
  /** It was made for this very request: nothing better can be had. */
  readonly isFinal: boolean;
  readonly token?: Token;
}

/** Asks a token server, within the mirror's limits. */
type Fetch = (
  url: string,
  init: {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) => Promise<Response>;

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

/** A token that says no lifetime has this one (distribution's token specification); milliseconds. */
const UNSAID = 60_000;

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The `Authorization` of requests to one registry: none, basic, or tokens that are fetched once a scope and kept. */
export class Authorization {
  readonly #host: string;
  readonly #credentials: Credentials | undefined;
  readonly #fetch: Fetch;
  readonly #timing: Timing;
  readonly #tokens = new Map<string, Token>();
  #challenge: Challenge | undefined;

  /** @param fetch asks within the mirror's limits, and retries */
  constructor(host: string, credentials: Credentials | undefined, fetch: Fetch, timing: Timing) {
    this.#host = host;
    this.#credentials = credentials;
    this.#fetch = fetch;
    this.#timing = timing;
  }

  /** What to send with a request for this scope; undefined for nothing. */
  async header(scope: string): Promise<Sent | undefined> {
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    if (challenge.scheme === 'basic') {
      if (this.#credentials?.kind !== 'password') throw this.#missing();
      return { value: basic(this.#credentials.user, this.#credentials.password), isFinal: true };
    }
    const known = this.#known(scope);
    const token = known ?? this.#ask(challenge, scope);
    return { value: `Bearer ${await token.value}`, isFinal: known === undefined, token };
  }

  /** The registry answered 401: whether asking once more can be worth it. */
  refused(challenge: Challenge | undefined, scope: string, sent: Sent | undefined): boolean {
    if (challenge === undefined) return false;
    // Somebody else may have replaced it by now.
    if (sent !== undefined && this.#tokens.get(scope) === sent.token) this.#tokens.delete(scope);
    if (sent?.isFinal === true) return false;
    this.#challenge = challenge;
    return true;
  }

  #missing(): RegistryError {
    return new RegistryError(
      `the registry ${this.#host} asks for credentials, and Docker's configuration has none for it: run "docker login ${this.#host}"`,
      401,
    );
  }

  #known(scope: string): Token | undefined {
    const known = this.#tokens.get(scope);
    return known !== undefined && known.until > this.#timing.now() ? known : undefined;
  }

  /** Many ask at once: the first to see that there is none, or that it ran out, fetches it for all. */
  #ask(challenge: Bearer, scope: string): Token {
    const fetched = this.#fetchToken(challenge, scope);
    const token: Token = { value: fetched.then(({ value }) => value), until: Infinity };
    this.#tokens.set(scope, token);
    fetched.then(
      // Early, so that none runs out between being looked at and being used.
      ({ lifetime }) => void (token.until = this.#timing.now() + lifetime * 0.8),
      () => this.#tokens.delete(scope),
    );
    return token;
  }

  async #fetchToken(
    challenge: Bearer,
    scope: string,
  ): Promise<{ value: string; lifetime: number }> {
    const { realm, service } = challenge;
    const credentials = this.#credentials;
    const url = URL.parse(realm);
    if (url === null)
      throw new RegistryError(`the registry ${this.#host} names no token server: "${realm}"`, 401);
    const parameters = new URLSearchParams({
      ...(service !== undefined && { service }),
      ...(scope !== '' && { scope }),
    });
    let response: Response;
    if (credentials?.kind === 'identity-token') {
      parameters.set('grant_type', 'refresh_token');
      parameters.set('client_id', 'archeio');
      parameters.set('refresh_token', credentials.token);
      const body = parameters.toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      response = await this.#fetch(url.href, { method: 'POST', headers, body });
    } else {
      for (const [name, value] of parameters) url.searchParams.append(name, value);
      const headers: Record<string, string> =
        credentials === undefined
          ? {}
          : { authorization: basic(credentials.user, credentials.password) };
      response = await this.#fetch(url.href, { headers });
    }
    if (response.status === 401 && credentials === undefined) throw this.#missing();
    if (!response.ok) throw await registryErrorOf(`${url.origin}${url.pathname}`, response);
    const answer: unknown = await response.json().catch(() => undefined);
    const value = textAt(answer, 'token') ?? textAt(answer, 'access_token');
    if (value === undefined)
      throw new RegistryError(
        `cannot read the answer of ${url.origin}${url.pathname}: no token`,
        0,
      );
    const seconds = isObject(answer) ? answer['expires_in'] : undefined;
    return {
      value,
      lifetime: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : UNSAID,
    };
  }
}
