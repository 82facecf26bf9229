/**
 * Whether what was sent to one URL in confidence may be sent to another as well, because a redirect leads there: to the
 * same scheme, host and port, or from `http` to `https` at their usual ports.
 */
export function sendsCredentials(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  const isSecured = from.protocol === 'http:' && to.protocol === 'https:';
  return isSecured && from.hostname === to.hostname && from.port === '' && to.port === '';
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
