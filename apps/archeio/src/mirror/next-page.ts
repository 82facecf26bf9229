const LINK = /<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?/i;

/** The next page that a `Link` header names (RFC 8288), as a URL; undefined on the last. */
export function nextPage(link: string | null, of: string): string | undefined {
  const [, target] = LINK.exec(link ?? '') ?? [];
  const next = target === undefined ? null : URL.parse(target, of);
  if (next === null) return undefined;
  // A registry behind a proxy that ends TLS does not know that it is asked by https.
  const { host, protocol } = new URL(of);
  if (next.host === host) next.protocol = protocol;
  return next.href;
}
