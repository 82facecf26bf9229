import { StatedError } from '@archeio/plain-errors';
import { UNDECODED } from './decoded-body.ts';

/** How something is fetched. */
export interface FollowingOptions {
  readonly headers: Headers;
  readonly signal: AbortSignal;
  /** Why a URL that a redirect leads to is not asked; undefined where it is. */
  readonly refuse?: (url: URL) => string | undefined;
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

const REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/**
 * Where a redirect leads. A runtime that follows it would say what is wrong in its own words, with the whole URL; and
 * Bun's `fetch` reads files of this machine by `file:`.
 *
 * @throws StatedError for what is not followed
 */
export function redirectTarget(
  location: string,
  base: string,
  refuse?: FollowingOptions['refuse'],
): string {
  const url = URL.parse(location, base);
  if (url === null) throw new StatedError('it redirects to something that is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new StatedError('it redirects to a URL that is neither http nor https');
  if (url.username !== '' || url.password !== '')
    throw new StatedError('it redirects to a URL with credentials in it');
  const refusal = refuse?.(url);
  if (refusal !== undefined) throw new StatedError(refusal);
  return url.href;
}

/**
 * A GET that follows redirects. The body is to be read by `decodedBody`.
 *
 * @throws StatedError for a redirect that is not followed; else whatever `fetch` throws, see `failureReason`
 */
export async function fetchFollowing(
  url: string,
  { headers, signal, refuse, fetch = globalThis.fetch }: FollowingOptions,
): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(at, { headers, signal, redirect: 'manual', ...UNDECODED });
    const location = response.headers.get('location');
    if (!REDIRECT.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (redirects === MOST_REDIRECTS)
      throw new StatedError(`it redirects more than ${MOST_REDIRECTS} times`);
    at = redirectTarget(location, at, refuse);
  }
}
