import type { Attributes } from '@opentelemetry/api';
import { authorityOf, type Route } from '@archeio/redirect';
import { hostOf, type Incoming } from '@archeio/request-handler';

/** Routes of the API by kind, as span names and `http.route` have them; other kinds have none. */
const ROUTES: Readonly<Partial<Record<Route['kind'], string>>> = Object.freeze({
  base: '/v2/',
  catalog: '/v2/_catalog',
  manifest: '/v2/{name}/manifests/{reference}',
  blob: '/v2/{name}/blobs/{digest}',
  tags: '/v2/{name}/tags/list',
  referrers: '/v2/{name}/referrers/{digest}',
});

/** The methods that are recorded by name; all others are one, as in the semantic conventions for HTTP. */
const METHODS: ReadonlySet<string> = new Set(
  'CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE'.split(' '),
);

/** The path of a request target, without the query, which may contain a signature. */
export function pathOf(target: string): string {
  const authority = authorityOf(target);
  const path =
    authority === undefined ? target : target.slice(target.indexOf('://') + 3 + authority.length);
  const end = path.search(/[?#]/);
  return (end < 0 ? path : path.slice(0, end)) || '/';
}

/** Host and port of a Host header or an authority, without credentials. */
export function addressOf(host: string): { readonly address: string; readonly port?: number } {
  const authority = host.slice(host.lastIndexOf('@') + 1);
  const match = /^(.*?)(?::(\d{1,5}))?$/s.exec(authority);
  const address = (match?.[1] ?? authority).toLowerCase();
  return match?.[2] === undefined ? { address } : { address, port: Number(match[2]) };
}

/** The attributes of a request when it arrives, by the semantic conventions for HTTP. */
export function attributesOf(incoming: Incoming, userAgent: string | undefined): Attributes {
  const isKnown = METHODS.has(incoming.method);
  const host = hostOf(incoming);
  const server = host === undefined ? undefined : addressOf(host);
  return {
    'http.request.method': isKnown ? incoming.method : '_OTHER',
    'url.path': pathOf(incoming.target),
    'url.scheme': 'http',
    ...(!isKnown && { 'http.request.method_original': incoming.method }),
    ...(server !== undefined && { 'server.address': server.address }),
    ...(server?.port !== undefined && { 'server.port': server.port }),
    ...(userAgent !== undefined && { 'user_agent.original': userAgent }),
  };
}

/** The part of a span's name before its route. */
export function methodName({ method }: Incoming): string {
  return METHODS.has(method) ? method : 'HTTP';
}

/** The route of a kind of request; undefined if it has none. */
export function routeOfKind(kind: Route['kind']): string | undefined {
  return ROUTES[kind];
}
