/** One link of a Link header field (RFC 8288 §3): the target, then the parameters. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;

const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i;

/**
 * The next page as a Link header field names it, or `undefined` where there is none. A registry behind something that
 * ends TLS may name itself by another scheme or port: the page is asked where the first one was.
 *
 * RFC 8288; distribution-spec 1.1, "Listing Tags".
 *
 * @throws RangeError if the next page is on another host, or its URL cannot be read
 */
export function nextPage(field: string | null, page: string): string | undefined {
  for (const [, target = '', parameters = ''] of (field ?? '').matchAll(LINK)) {
    const [, quoted, bare = ''] = REL.exec(parameters) ?? [];
    const relations = (quoted ?? bare).toLowerCase().split(/\s+/);
    if (!relations.includes('next')) continue;
    const next = URL.parse(target, page);
    const { origin, hostname } = new URL(page);
    if (next === null || next.hostname !== hostname) {
      throw new RangeError(
        `cannot follow Link ${JSON.stringify(target)}: expected a page of ${hostname}`,
      );
    }
    return `${origin}${next.pathname}${next.search}`;
  }
  return undefined;
}
