/** Escapes of unreserved characters, which mean the same unescaped (RFC 3986 §2.3). */
function unescapeUnreserved(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}

/** RFC 3986 §5.2.4, for an absolute path. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/**
 * A target as a zone of Cloudflare shows it to a Worker with the default URL normalization: backslashes are slashes,
 * slashes are merged, escapes of unreserved characters and dot segments are gone.
 */
export function foldedTarget(target: string): string {
  if (!target.startsWith('/')) return target;
  const [path, ...query] = target.split('?');
  const merged = unescapeUnreserved(path)
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/');
  return [removeDotSegments(merged), ...query].join('?');
}

/** What becomes of a row whose target Cloudflare folds. */
export interface FoldedRow {
  readonly status: number;
  readonly location?: string;
}

const manifestOf = (name: string, tag: string): FoldedRow => ({
  status: 307,
  location: `https://upstream.example/v2/proj/images/${name}/manifests/${tag}`,
});
const OUTSIDE: FoldedRow = { status: 404 };
const API_BASE: FoldedRow = { status: 200 };

/**
 * Rows that have another answer after folding, by name. A target that climbs above `/v2/` is outside the API then, and one
 * with doubled or backward slashes means what it means with single ones.
 */
export const FOLDED_ROWS: Readonly<Record<string, FoldedRow>> = {
  'R7 nothing at //v2/': API_BASE,
  'R6 no endpoint: /v2//': API_BASE,
  'R6 no name: a//b': manifestOf('a/b', 'latest'),
  'R6 /v2/a\\b/manifests/y': manifestOf('a/b', 'y'),
  'R6 /v2/./pause/manifests/y': manifestOf('pause', 'y'),
  'R6 /v2/../../x/manifests/y': OUTSIDE,
  'R6 /v2/pause/../../../x/manifests/y': OUTSIDE,
  'R6 /v2/%2e%2e/%2e%2e/x/manifests/y': OUTSIDE,
  'R7 dots before the API': manifestOf('pause', 'y'),
  'R7 a backslash for a slash': manifestOf('pause', 'y'),
};
