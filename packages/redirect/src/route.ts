import { type Endpoint, parseEndpoint } from '@archeio/oci-distribution';

/** The health endpoints, by their paths without the slash. */
export type HealthCheck = 'livez' | 'readyz' | 'startupz' | 'healthz';

/** The target of a request: an endpoint of the OCI API, a page, a health check, or something unsupported. */
export type Route =
  | Endpoint
  | { readonly kind: 'method' }
  | { readonly kind: 'page'; readonly page: 'info' | 'privacy' }
  | { readonly kind: 'health'; readonly check: HealthCheck }
  | { readonly kind: 'token' }
  | { readonly kind: 'elsewhere' };

const METHOD: Route = Object.freeze({ kind: 'method' });
/** The aliases without `z` are for platforms that reserve paths ending in it. */
const LIVENESS: Route = Object.freeze({ kind: 'health', check: 'livez' });
/** `OPTIONS /`, the default request of HAProxy's `option httpchk`, is a readiness check. */
const READINESS: Route = Object.freeze({ kind: 'health', check: 'readyz' });
const ELSEWHERE: Route = Object.freeze({ kind: 'elsewhere' });
const OUTSIDE_API: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', Object.freeze({ kind: 'page', page: 'info' })],
  ['/privacy', Object.freeze({ kind: 'page', page: 'privacy' })],
  ['/token', Object.freeze({ kind: 'token' })],
  ['/livez', LIVENESS],
  ['/live', LIVENESS],
  ['/readyz', READINESS],
  ['/ready', READINESS],
  ['/startupz', Object.freeze({ kind: 'health', check: 'startupz' })],
  ['/healthz', Object.freeze({ kind: 'health', check: 'healthz' })],
]);

/** The beginning of an absolute-form target, with its authority (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/**
 * The path and query of a request target, whether it comes in origin-form or in absolute-form (RFC 9112 §3.2).
 * An empty path is `/`.
 */
function originForm(target: string): string {
  if (target.charCodeAt(0) === 0x2f) return target;
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute === null) return target;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The host and port of an absolute-form target, which replaces `Host`; otherwise undefined. */
export function authorityOf(target: string): string | undefined {
  return target.charCodeAt(0) === 0x2f ? undefined : ABSOLUTE_FORM.exec(target)?.[1];
}

/** The query of a request target, with its question mark; empty if there is none. */
export function queryOf(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? '' : target.slice(question);
}

/**
 * Parses a request to a route, which R1 to R7 depend on.
 *
 * @param method as the client sent it; methods are case-sensitive (RFC 9110 §9.1)
 * @param target the raw request target of the request line, never a normalised URL
 */
export function routeOf(method: string, target: string): Route {
  if (method !== 'GET' && method !== 'HEAD')
    return method === 'OPTIONS' && target === '/' ? READINESS : METHOD;
  const origin = originForm(target);
  const question = origin.indexOf('?');
  const path = question < 0 ? origin : origin.slice(0, question);
  if (path.startsWith('/v2/') || path === '/v2') return parseEndpoint(path);
  return OUTSIDE_API.get(path) ?? ELSEWHERE;
}
