import { parseChallenges } from '@archeio/oci-distribution';
import { parseHttpUrl, shownUrl } from './sends-credentials.ts';

/** A token server, and what it is asked for. */
export interface TokenWay {
  readonly scheme: 'bearer';
  /** URL of the token server. */
  readonly realm: string;
  readonly service: string | undefined;
  /** What the token must be for, parted by spaces; undefined where the registry does not say. */
  readonly scope: string | undefined;
}

/** A challenge that can be answered: with a password, or with a token that a token server gives. */
export type Answerable = { readonly scheme: 'basic' } | TokenWay;

/** An answer may name any number of token servers, and each may be sent credentials. */
const MOST = 4;

/**
 * The token server that a realm names. A registry behind something that ends TLS may name itself by `http`: it is asked
 * where the registry was.
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
 * The challenges of an answer that can be answered, tokens before passwords (the distribution project's token
 * specification). Of a parameter that is there twice the first counts; all scopes do.
 *
 * @param field of `WWW-Authenticate`
 * @param asked what was answered
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

/** Why an answer cannot be answered, for a message; empty where it can. */
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
