/**
 * Whether what was sent to one URL in confidence may be sent to another as well, because a redirect leads there: to the
 * same scheme, host and port, or from `http` to `https` at their usual ports.
 */
export function sendsCredentials(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  const isSecured = from.protocol === 'http:' && to.protocol === 'https:';
  return isSecured && from.hostname === to.hostname && from.port === '' && to.port === '';
}

/** A URL as messages show it: what is in its query may be secret, such as the signature of a presigned URL. */
export const shownUrl = ({ protocol, host, pathname }: URL): string =>
  `${protocol}//${host}${pathname}`;

const portOf = ({ protocol, port }: URL): string => port || (protocol === 'https:' ? '443' : '80');

/**
 * A registry behind something that ends TLS may name itself by `http`: it is asked as it was before
 * (distribution/distribution#479, #996).
 */
function withoutDowngrade(target: URL, from: URL): URL {
  const isDowngrade = from.protocol === 'https:' && target.protocol === 'http:';
  if (!isDowngrade || target.hostname !== from.hostname) return target;
  const isUsual = portOf(target) === '80' && portOf(from) === '443';
  if (!isUsual && portOf(target) !== portOf(from)) return target;
  return new URL(`${target.pathname}${target.search}`, from.origin);
}

/**
 * Where a redirect leads.
 *
 * @throws RangeError that shows nothing of what may be secret
 */
export function redirectTarget(location: string, from: URL): URL {
  const target = parseHttpUrl(location, from);
  if (target !== undefined) return withoutDowngrade(target, from);
  const protocol = URL.parse(location, from.href)?.protocol;
  throw new RangeError(
    `expected a redirect to an http or https URL, not ${protocol === undefined ? 'to what is not a URL' : JSON.stringify(protocol)}`,
  );
}

/** A URL that `fetch` may be given: it also reads local files, on some runtimes. */
export function parseHttpUrl(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  // These would be sent to it, or be refused with a message that shows them.
  url.username = '';
  url.password = '';
  return url;
}
