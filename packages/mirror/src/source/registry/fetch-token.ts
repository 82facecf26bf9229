import { reasonOf } from '@archeio/mirror-plan';
import type { TokenWay } from './answerable.ts';
import type { Credentials } from '../credentials/docker-credentials.ts';
import { isObject, textAt, tryParseJson } from '../../json-value.ts';
import { type AnsweredText, answeredError, RegistryError } from './registry-error.ts';
import {
  REDIRECTS,
  redirectLocation,
  redirectTarget,
  sendsCredentials,
  shownUrl,
} from './sends-credentials.ts';

/** A request to a token server. */
export interface TokenRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to a token server, within the mirror's limits. */
export type Fetch = (url: string, request: TokenRequest) => Promise<AnsweredText>;

/** Lifetime of a token that does not state one (distribution's token specification); milliseconds. */
const DEFAULT_LIFETIME = 60_000;
/** Allowed characters of a header field (RFC 9110 §5.5), without spaces. */
const VISIBLE = /^[\x21-\x7e]+$/;

/** Statuses with which a token server refuses a token: then the registry itself refuses the request. */
const REFUSED: ReadonlySet<number> = new Set([401, 403]);

/** A missing token says nothing about the registry's content, so it does not carry a status. */
export const tokenError = (message: string): RegistryError => new RegistryError(message, 0, true);

/** Error for a registry that requires credentials which Docker's configuration lacks. */
export function missingCredentials(
  { host }: URL,
  credentials: Credentials | undefined,
): RegistryError {
  const why =
    credentials === undefined
      ? "requires credentials, but Docker's configuration has none for it"
      : "requires a password, but Docker's configuration has only an identity token for it";
  return new RegistryError(`the registry ${host} ${why}: run "docker login ${host}"`, 401);
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function requestFor(
  url: URL,
  { service, scope = '' }: TokenWay,
  credentials: Credentials | undefined,
): TokenRequest {
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'archeio',
      refresh_token: credentials.token,
      ...(service !== undefined && { service }),
      ...(scope !== '' && { scope }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', headers, body: form.toString() };
  }
  if (service !== undefined) url.searchParams.append('service', service);
  for (const each of scope.split(' ')) if (each !== '') url.searchParams.append('scope', each);
  return {
    headers:
      credentials === undefined
        ? {}
        : { authorization: basic(credentials.user, credentials.password) },
  };
}

/** Follows redirects. Credentials go only to their own host, and are not added again once they were left out. */
async function following(
  first: URL,
  firstRequest: TokenRequest,
  fetch: Fetch,
): Promise<{ readonly url: URL; readonly answer: AnsweredText }> {
  let url = first;
  let request = firstRequest;
  for (let redirects = 0; ; redirects++) {
    const answer = await fetch(url.href, request);
    const location = redirectLocation(answer);
    if (location === undefined) return { url, answer };
    const fail = (why: string): RegistryError =>
      tokenError(`cannot get a token from ${shownUrl(first)}: ${why}`);
    if (redirects === REDIRECTS) throw fail(`it redirects more than ${REDIRECTS} times`);
    let next: URL;
    try {
      next = redirectTarget(location, url);
    } catch (error) {
      throw fail(reasonOf(error));
    }
    if (answer.status === 303) request = { headers: request.headers };
    if (!sendsCredentials(url, next)) {
      if (request.body !== undefined)
        throw fail(`it redirects to ${next.origin}, and credentials are not sent to another host`);
      request = { headers: {} };
    }
    url = next;
  }
}

/**
 * Fetches a token (the distribution project's token specification; its OAuth2 variant for an identity token).
 *
 * @returns the token and its lifetime in milliseconds
 * @throws RegistryError if the token server does not grant one
 */
export async function fetchToken(
  way: TokenWay,
  registry: URL,
  credentials: Credentials | undefined,
  fetch: Fetch,
) {
  const first = new URL(way.realm);
  if (credentials !== undefined && registry.protocol === 'https:' && first.protocol === 'http:')
    throw tokenError(
      `the registry ${registry.host} uses a token server without TLS, ${first.origin}: refusing to send credentials to it`,
    );
  const request = requestFor(first, way, credentials);
  const { url, answer } = await following(first, request, fetch);
  if (answer.status === 401 && credentials === undefined)
    throw missingCredentials(registry, credentials);
  if (!answer.ok) {
    const error = answeredError(shownUrl(url), answer);
    throw REFUSED.has(answer.status) ? error : tokenError(error.message);
  }
  const document = tryParseJson(answer.text);
  const value = (textAt(document, 'token') ?? textAt(document, 'access_token'))?.trim() ?? '';
  if (!VISIBLE.test(value))
    throw tokenError(
      `cannot read the answer of the token server ${shownUrl(url)}: expected JSON with "token" or "access_token"${
        value === '' ? '' : ' that is valid in a header'
      }`,
    );
  // Counted from its arrival, ignoring "issued_at": the server's clock may differ from ours.
  const seconds = isObject(document) ? Number(document['expires_in']) : Number.NaN;
  return { value, lifetime: seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME };
}
