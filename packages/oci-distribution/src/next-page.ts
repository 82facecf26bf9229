/**
 * One link of a Link header field (RFC 8288 §3): the target, then the parameters. Some registries omit the angle
 * brackets.
 */
const LINK =
  /(?:<([^>]*)>|([^\s<>;"]+))((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;

const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g;

/** The relations in a link's parameters, in lower case. */
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

/** End of a path that names a list. */
const LIST = /\/(?:_catalog|tags\/list|referrers\/[^/]+)$/;

/**
 * The path of the next page, which is that of the same list. Artifactory and Nexus return one that omits their
 * repository, or repeats it (renovatebot/renovate#20745, sonatype/nexus-public#1011).
 */
function pathOf(next: URL, pathname: string): string {
  const list = LIST.exec(pathname)?.[0];
  return list !== undefined && next.pathname.endsWith(list) ? pathname : next.pathname;
}

/**
 * The next page as named by a Link header field, or undefined if there is none. A registry behind a TLS-terminating
 * proxy may name itself with another scheme or port: the result keeps those of the first page.
 *
 * A link without a relation is the next page if it leads to another page of the same path: a silently truncated list is
 * worse than one extra request.
 *
 * RFC 8288; distribution-spec 1.1, "Listing Tags".
 *
 * @throws RangeError if the next page is on another host, or its URL is invalid
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
