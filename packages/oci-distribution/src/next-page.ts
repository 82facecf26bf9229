/**
 * One link of a Link header field (RFC 8288 §3): the target, then the parameters. Some registries leave out the angle
 * brackets.
 */
const LINK =
  /(?:<([^>]*)>|([^\s<>;"]+))((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;

const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g;

/** The relations that a link's parameters name, in lower case. */
function relationsOf(parameters: string): readonly string[] {
  for (const [, name, quoted, bare = ''] of parameters.matchAll(PARAMETER)) {
    if (name.toLowerCase() === 'rel')
      return (quoted ?? bare)
        .toLowerCase()
        .split(/\s+/)
        .filter((relation) => relation !== '');
  }
  return [];
}

/** What a path ends with that names a list, whatever is before it. */
const LIST = /\/(?:_catalog|tags\/list|referrers\/[^/]+)$/;

/**
 * The path of the next page: of the same list it is the same. Artifactory and Nexus name one that leaves out their
 * repository, or has one too many (renovatebot/renovate#20745, sonatype/nexus-public#1011).
 */
function pathOf(next: URL, pathname: string): string {
  const list = LIST.exec(pathname)?.[0];
  return list !== undefined && next.pathname.endsWith(list) ? pathname : next.pathname;
}

/**
 * The next page as a Link header field names it, or `undefined` where there is none. A registry behind something that
 * ends TLS may name itself by another scheme or port: the page is asked where the first one was.
 *
 * A link without a relation is the next page if it leads to another page of the same path: a list that is cut short
 * without a sign of it is worse than one request too many.
 *
 * RFC 8288; distribution-spec 1.1, "Listing Tags".
 *
 * @throws RangeError if the next page is on another host, or its URL cannot be read
 */
export function nextPage(field: string | null, page: string): string | undefined {
  const { origin, hostname, pathname, search } = new URL(page);
  let unrelated: string | undefined;
  for (const [, bracketed, plain = '', parameters = ''] of (field ?? '').matchAll(LINK)) {
    const target = bracketed ?? plain.replace(/,+$/, '');
    const relations = relationsOf(parameters);
    const next = URL.parse(target, page);
    if (relations.includes('next')) {
      if (next === null || next.hostname !== hostname) {
        throw new RangeError(
          `cannot follow Link ${JSON.stringify(target)}: expected a page of ${hostname}`,
        );
      }
      return `${origin}${pathOf(next, pathname)}${next.search}`;
    }
    const isAnother =
      next?.hostname === hostname && pathOf(next, pathname) === pathname && next.search !== search;
    if (relations.length === 0 && isAnother) unrelated ??= `${origin}${pathname}${next.search}`;
  }
  return unrelated;
}
