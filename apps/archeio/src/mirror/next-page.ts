const LINK = /<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?/i;

/** The next page that a `Link` header names (RFC 8288), as a URL; undefined on the last. */
export function nextPage(link: string | null, of: string): string | undefined {
  const [, target] = LINK.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  return URL.parse(target, of)?.href;
}
