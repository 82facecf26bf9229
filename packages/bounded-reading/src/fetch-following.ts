import { StatedError } from '@archeio/plain-errors';
import { UNDECODED } from './decoded-body.ts';

export interface FollowingOptions {
  readonly headers: Headers;
  readonly signal: AbortSignal;
  /** Why not to follow a redirect to this URL; undefined to follow it. */
  readonly refuse?: (url: URL) => string | undefined;
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

const REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/**
 * The target of a redirect. A runtime that follows redirects itself reports the whole URL in its errors, and Bun's
 * `fetch` reads local files from `file:` URLs.
 *
 * @throws StatedError if it must not be followed
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
 * Sends a GET and follows redirects. Read the body with `decodedBody`.
 *
 * @throws StatedError for a redirect that is not followed; otherwise any error of `fetch`, see `failureReason`
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
