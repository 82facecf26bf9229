import { parseChallenges } from '@archeio/oci-distribution';
import { parseHttpUrl, shownUrl } from './sends-credentials.ts';

/** A token server and the parameters of a token. */
export interface TokenWay {
  readonly scheme: 'bearer';
  /** URL of the token server. */
  readonly realm: string;
  readonly service: string | undefined;
  /** The token's scopes, separated by spaces; undefined if the registry does not state them. */
  readonly scope: string | undefined;
}

/** A challenge that can be answered, with a password or with a token from a token server. */
export type Answerable = { readonly scheme: 'basic' } | TokenWay;

/** Maximum number of token servers used from one answer, which may name any number and each may receive credentials. */
const MOST = 4;

/**
 * The token server that a realm names. A registry behind a TLS-terminating proxy may name itself with `http`; then use
 * the origin that the registry was reached at.
 */
function tokenServer(realm: string, asked: URL): string | undefined {
  const url = parseHttpUrl(realm, realm.startsWith('/') ? asked : undefined);
  if (url === undefined) return undefined;
  const isItself =
    asked.protocol === 'https:' &&
    url.protocol === 'http:' &&
    url.hostname === asked.hostname &&
    url.port === '';
  return isItself ? `${asked.origin}${url.pathname}${url.search}` : url.href;
}

/**
 * The challenges that can be answered, tokens before passwords (the distribution project's token specification). Of a
 * repeated parameter the first one counts, except that all scopes do.
 *
 * @param field value of `WWW-Authenticate`
 * @param asked URL that was answered with it
 */
export function answerableChallenges(field: string | null, asked: URL): readonly Answerable[] {
  const passwords: Answerable[] = [];
  const tokens: Answerable[] = [];
  for (const { scheme, parameters } of parseChallenges(field ?? '')) {
    if (scheme === 'basic' && passwords.length === 0) passwords.push({ scheme });
    if (scheme !== 'bearer') continue;
    const valueOf = (wanted: string): string | undefined =>
      parameters.find(([name, value]) => name === wanted && value !== '')?.[1];
    const realm = tokenServer(valueOf('realm') ?? '', asked);
    if (realm === undefined) continue;
    const scopes = parameters.flatMap(([name, value]) =>
      name === 'scope' ? value.split(/\s+/).filter((scope) => scope !== '') : [],
    );
    const scope = scopes.length === 0 ? undefined : [...new Set(scopes)].join(' ');
    tokens.push({ scheme, realm, service: valueOf('service'), scope });
  }
  return [...tokens.slice(0, MOST), ...passwords];
}

function shownRealm(realm: string): string {
  const url = URL.parse(realm);
  return JSON.stringify(url === null ? realm : shownUrl(url));
}

/** Why no challenge can be answered, for a message; empty if one can. */
export function unanswerable(field: string | null, asked: URL): string {
  if (answerableChallenges(field, asked).length > 0) return '';
  const offered = parseChallenges(field ?? '').map(({ scheme, parameters }) =>
    [
      scheme,
      ...parameters.filter(([name]) => name === 'realm').map(([, realm]) => shownRealm(realm)),
    ].join(' '),
  );
  return offered.length === 0
    ? ' without WWW-Authenticate'
    : `, asking for ${offered.join(', ')}: expected Basic, or Bearer with the URL of a token server`;
}
