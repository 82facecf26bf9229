/**
 * Whether credentials for one URL may also be sent to another that it redirects to: same scheme, host and port, or from
 * `http` to `https` on their default ports.
 */
export function sendsCredentials(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  const isSecured = from.protocol === 'http:' && to.protocol === 'https:';
  return isSecured && from.hostname === to.hostname && from.port === '' && to.port === '';
}

/** A URL for messages, without its query, which may contain secrets such as the signature of a presigned URL. */
export const shownUrl = ({ protocol, host, pathname }: URL): string =>
  `${protocol}//${host}${pathname}`;

const portOf = ({ protocol, port }: URL): string => port || (protocol === 'https:' ? '443' : '80');

/**
 * A registry behind a TLS-terminating proxy may redirect to itself with `http`: keep the previous scheme
 * (distribution/distribution#479, #996).
 */
function withoutDowngrade(target: URL, from: URL): URL {
  const isDowngrade = from.protocol === 'https:' && target.protocol === 'http:';
  if (!isDowngrade || target.hostname !== from.hostname) return target;
  const isUsual = portOf(target) === '80' && portOf(from) === '443';
  if (!isUsual && portOf(target) !== portOf(from)) return target;
  return new URL(`${target.pathname}${target.search}`, from.origin);
}

/** Maximum number of redirects to follow. */
export const REDIRECTS = 5;
const REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where an answer redirects to; undefined if it does not redirect. */
export function redirectLocation({
  status,
  headers,
}: Pick<Response, 'status' | 'headers'>): string | undefined {
  return REDIRECT.has(status) ? (headers.get('location') ?? undefined) : undefined;
}

/**
 * The target of a redirect.
 *
 * @throws RangeError whose message contains no secrets
 */
export function redirectTarget(location: string, from: URL): URL {
  const target = parseHttpUrl(location, from);
  if (target !== undefined) return withoutDowngrade(target, from);
  const protocol = URL.parse(location, from.href)?.protocol;
  throw new RangeError(
    `expected a redirect to an http or https URL, not ${protocol === undefined ? 'an invalid URL' : JSON.stringify(protocol)}`,
  );
}

/**
 * Parses a URL for `fetch`, which on some runtimes also reads local files; undefined if it is not `http` or `https`.
 */
export function parseHttpUrl(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  // User and password would be sent, or shown in an error message.
  url.username = '';
  url.password = '';
  return url;
}
