import type { Answerable, TokenWay } from './answerable.ts';
import type { Credentials, CredentialsOf } from '../credentials/docker-credentials.ts';
import { basic, type Fetch, fetchToken, missingCredentials } from './fetch-token.ts';
import { LoginRefusals } from './login-refusals.ts';
import { shownUrl } from './sends-credentials.ts';
import type { Timing } from '../../timing.ts';

export interface Token {
  readonly value: Promise<string>;
  /** By the clock, in milliseconds; infinite while it is being fetched. */
  until: number;
}

/** Credentials sent with a request. */
export interface Sent {
  /** Value of the `Authorization` header. */
  readonly value: string;
  readonly way: Answerable;
  /** Whether it was made for this very request, so that retrying cannot help. */
  readonly isFinal: boolean;
  readonly token?: Token;
}

export interface AuthorizationOptions {
  readonly origin: string;
  readonly credentials: CredentialsOf;
  /** Requests within the mirror's limits, with retries. */
  readonly fetch: Fetch;
  readonly timing: Timing;
}

/** The scope of a token for reading a repository (the distribution project's token specification). */
export const pull = (repository: string): string => `repository:${repository}:pull`;
const REPOSITORY = /^repository:(.*):[^:]*$/;

/** Challenges with the same key have the same answer. */
export const wayKey = (way: Answerable): string =>
  way.scheme === 'basic' ? '' : JSON.stringify([way.realm, way.service, way.scope]);

/**
 * What is known about authorization at one registry: the challenge for each scope, and the tokens, which are fetched
 * once per (realm, service, scope) and cached.
 */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #origin: URL;
  readonly #ways = new Map<string, Answerable>();
  /** First choice for a scope not requested yet: most registries have one token server. */
  #usual: Answerable | undefined;
  readonly #refusals = new LoginRefusals();
  readonly #tokens = new Map<Credentials | undefined, Map<string, Token>>();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin);
  }

  /** The credentials of Docker's configuration for this scope. */
  credentialsFor(scope: string): Credentials | undefined {
    return this.#options.credentials(REPOSITORY.exec(scope)?.[1] ?? '');
  }

  /** How this scope was answered last, else how others are; undefined until the first request. */
  wayFor(scope: string): Answerable | undefined {
    return this.#ways.get(scope) ?? this.#usual;
  }

  /** Records a challenge of the registry. */
  challenged(way: Answerable): void {
    this.#usual ??= anyScope(way);
  }

  /**
   * Records that the registry accepted an answer.
   *
   * @param isUnusual the usual answer was tried, and refused
   */
  accepted(scope: string, way: Answerable, isUnusual: boolean): void {
    this.#ways.set(scope, way);
    if (isUnusual) this.#usual = anyScope(way);
  }

  /**
   * What to send.
   *
   * @throws RegistryError if there are no credentials or no token for it
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

  /** Handles a refusal of a cached token. Another request may have replaced it by now. */
  forget({ way, token }: Sent, scope: string): void {
    const tokens = this.#tokens.get(this.credentialsFor(scope));
    if (tokens?.get(wayKey(way)) === token) tokens?.delete(wayKey(way));
  }

  #known(credentials: Credentials | undefined, key: string): Token | undefined {
    const known = this.#tokens.get(credentials)?.get(key);
    return known !== undefined && known.until > this.#options.timing.now() ? known : undefined;
  }

  /** Concurrent requests share a fetch: the first one that finds no valid token fetches it for all. */
  #ask(way: TokenWay, credentials: Credentials | undefined): Token {
    const { fetch } = this.#options;
    const server = shownUrl(new URL(way.realm));
    const fetched = this.#refusals.unlessRefused(credentials, server, () =>
      fetchToken(way, this.#origin, credentials, fetch),
    );
    const token: Token = { value: fetched.then(({ value }) => value), until: Infinity };
    const tokens = this.#tokens.get(credentials) ?? new Map<string, Token>();
    this.#tokens.set(credentials, tokens);
    const key = wayKey(way);
    tokens.set(key, token);
    fetched.then(
      // Renewed early, so that it does not expire between this check and its use.
      ({ lifetime }) => void (token.until = this.#options.timing.now() + lifetime * 0.8),
      () => tokens.get(key) === token && tokens.delete(key),
    );
    return token;
  }
}

const anyScope = (way: Answerable): Answerable =>
  way.scheme === 'basic' ? way : { ...way, scope: undefined };
