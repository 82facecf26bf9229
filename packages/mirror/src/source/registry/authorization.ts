import type { Answerable, TokenWay } from './answerable.ts';
import type { Credentials, CredentialsOf } from '../credentials/docker-credentials.ts';
import { basic, type Fetch, fetchToken } from './fetch-token.ts';
import { LoginRefusals } from './login-refusals.ts';
import { missingCredentials } from './missing-credentials.ts';
import { shownUrl } from './sends-credentials.ts';
import type { Timing } from '../../timing.ts';

export interface Token {
  readonly value: Promise<string>;
  /** Milliseconds of the clock; endless while it is being fetched. */
  until: number;
}

/** What a request is sent with. */
export interface Sent {
  /** Of the header `Authorization`. */
  readonly value: string;
  readonly way: Answerable;
  /** It was made for this very request: asking again would bring nothing better. */
  readonly isFinal: boolean;
  readonly token?: Token;
}

export interface AuthorizationOptions {
  readonly origin: string;
  readonly credentials: CredentialsOf;
  /** Asks within the mirror's limits, and retries. */
  readonly fetch: Fetch;
  readonly timing: Timing;
}

const REPOSITORY = /^repository:(.*):[^:]*$/;

/** Two challenges with the same key are answered by the same. */
export const wayKey = (way: Answerable): string =>
  way.scheme === 'basic' ? '' : JSON.stringify([way.realm, way.service, way.scope]);

/**
 * What is known of authorization at one registry: which challenge it makes to what is asked, by scope, and tokens, which
 * are fetched once a (realm, service, scope) and kept.
 */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #origin: URL;
  readonly #ways = new Map<string, Answerable>();
  /** What is tried first with what was not asked yet: most registries have one token server. */
  #usual: Answerable | undefined;
  readonly #refusals = new LoginRefusals();
  readonly #tokens = new Map<Credentials | undefined, Map<string, Token>>();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin);
  }

  /** What Docker's configuration has for this scope. */
  credentialsFor(scope: string): Credentials | undefined {
    return this.#options.credentials(REPOSITORY.exec(scope)?.[1] ?? '');
  }

  /** How this scope was answered last, else how others are; undefined as long as nothing was asked for. */
  wayFor(scope: string): Answerable | undefined {
    return this.#ways.get(scope) ?? this.#usual;
  }

  /** The registry made this challenge. */
  challenged(way: Answerable): void {
    this.#usual ??= anyScope(way);
  }

  /**
   * The registry accepted this.
   *
   * @param isUnusual what is usual was tried in vain
   */
  accepted(scope: string, way: Answerable, isUnusual: boolean): void {
    this.#ways.set(scope, way);
    if (isUnusual) this.#usual = anyScope(way);
  }

  /**
   * What to send.
   *
   * @throws RegistryError where there are no credentials for it, or no token
   */
  async send(way: Answerable, scope: string): Promise<Sent> {
    const credentials = this.credentialsFor(scope);
    if (way.scheme === 'basic') {
      const known = credentials?.kind === 'password' ? credentials : credentials?.password;
      if (known === undefined) throw missingCredentials(this.#origin, credentials);
      const value = basic(known.user, known.password);
      return { value, way, isFinal: true };
    }
    const asked: Answerable = { ...way, scope: way.scope ?? scope };
    const known = this.#known(credentials, wayKey(asked));
    const token = known ?? this.#ask(asked, credentials);
    const value = `Bearer ${await token.value}`;
    return { value, way: asked, isFinal: known === undefined, token };
  }

  /** The registry refused a token that had been kept. Another request may have replaced it by now. */
  forget({ way, token }: Sent, scope: string): void {
    const tokens = this.#tokens.get(this.credentialsFor(scope));
    if (tokens?.get(wayKey(way)) === token) tokens?.delete(wayKey(way));
  }

  #known(credentials: Credentials | undefined, key: string): Token | undefined {
    const known = this.#tokens.get(credentials)?.get(key);
    return known !== undefined && known.until > this.#options.timing.now() ? known : undefined;
  }

  /** Many ask at once: the first to see that there is none, or that it ran out, fetches it for all. */
  #ask(way: TokenWay, credentials: Credentials | undefined): Token {
    const { fetch } = this.#options;
    const server = shownUrl(new URL(way.realm));
    const fetched = this.#refusals.unlessRefused(credentials, server, () =>
      fetchToken(way, { registry: this.#origin, credentials, fetch }),
    );
    const token: Token = { value: fetched.then(({ value }) => value), until: Infinity };
    const tokens = this.#tokens.get(credentials) ?? new Map<string, Token>();
    this.#tokens.set(credentials, tokens);
    const key = wayKey(way);
    tokens.set(key, token);
    fetched.then(
      // Early, so that none runs out between being looked at and being used.
      ({ lifetime }) => void (token.until = this.#options.timing.now() + lifetime * 0.8),
      () => tokens.get(key) === token && tokens.delete(key),
    );
    return token;
  }
}

const anyScope = (way: Answerable): Answerable =>
  way.scheme === 'basic' ? way : { ...way, scope: undefined };
