import { type Addr, tryParseAddr } from '@archeio/netip';
import { ArcheioError } from '../platform/errors.ts';

/** A request to explain. */
export interface ExplainQuery {
  /** The raw request target, with its query. */
  readonly path: string;
  readonly address: Addr;
  readonly method: string;
  /** Undefined if none is given. */
  readonly host: string | undefined;
}

const PARAMETERS = ['path', 'ip', 'method', 'host'];
/** RFC 9110 §9.1: a method is a token. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/** RFC 3986 §3.2.2, as far as a Host header goes. */
const HOST = /^[A-Za-z0-9._~:[\]-]{1,260}$/;
// oxlint-disable-next-line no-control-regex -- a target with these could not be sent
const UNSENDABLE = /[\u0000-\u0020\u007f]/;

/** Whether a text is a valid method. */
export function isMethod(text: string): boolean {
  return METHOD.test(text);
}

function refuse(what: string, value: string, expected: string): never {
  throw new ArcheioError(
    'usage',
    `cannot read ${what} ${JSON.stringify(value)}: expected ${expected}`,
  );
}

/**
 * Reads the query of `/api/explain`.
 *
 * @param query without its question mark
 * @throws ArcheioError if it cannot be read
 */
export function parseExplainQuery(query: string): ExplainQuery {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name)) refuse('parameter', name, PARAMETERS.join(', '));
    if (parameters.getAll(name).length > 1) refuse('parameter', name, 'it only once');
  }
  const path = parameters.get('path') ?? '';
  if (!path.startsWith('/') || UNSENDABLE.test(path))
    refuse('path', path, 'a request target that begins with "/"');
  const ip = parameters.get('ip') ?? '';
  const address = tryParseAddr(ip) ?? refuse('ip', ip, 'an IPv4 or IPv6 address');
  // Methods are case-sensitive, but a person who types a lower-case one means the upper-case one.
  const method = (parameters.get('method') ?? 'GET').toUpperCase();
  if (!isMethod(method)) refuse('method', method, 'a method such as GET');
  const host = parameters.get('host') ?? undefined;
  if (host !== undefined && !HOST.test(host))
    refuse('host', host, 'a host such as registry.k8s.io');
  return { path, address, method, host };
}
