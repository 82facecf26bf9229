import { type Addr, formatAddr } from '@archeio/netip';
import { authorityOf } from '@archeio/redirect';
import type { RepeatedRequest } from '../../backends/client/repeated-request.ts';

/** Name of the header that marks a request as sent for comparison only, in lower case. */
export const SHADOW_FIELD = 'archeio-shadow';

/** A request to the reference. */
export interface Question {
  readonly method: 'GET' | 'HEAD';
  /** Without the query, which may hold a secret and changes no answer. */
  readonly path: string;
  readonly host: string;
}

/** How the reference reads the client's address. */
export interface AddressSettings {
  readonly addressHeader?: string | undefined;
  readonly addressFormat?: 'single' | 'google-load-balancer' | undefined;
}

/** A path, or a host with or without port, that a request can repeat unchanged. */
const PATH = /^\/[!-~]*$/;
const HOST = /^[!-~]+$/;

/** Takes the place of the load balancer's own address, which no reader uses. */
const BALANCER = '127.0.0.1';

/**
 * The question that a request asks, or undefined if it is not repeated: other methods than GET and HEAD could change
 * the reference, and what has no host or an unusual path may not arrive as it was sent.
 *
 * @param target the raw request target
 * @param host Host header; undefined without one
 */
export function questionOf(
  method: string,
  target: string,
  host: string | undefined,
): Question | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const authority = authorityOf(target);
  const origin =
    authority === undefined
      ? target
      : target.slice(target.indexOf('//') + '//'.length + authority.length);
  const end = origin.search(/[?#]/);
  const path = (end < 0 ? origin : origin.slice(0, end)) || '/';
  const asked = authority ?? host;
  if (asked === undefined || !HOST.test(asked) || !PATH.test(path)) return undefined;
  return { method, path, host: asked };
}

function addressField(address: Addr, header: string, format: AddressSettings['addressFormat']) {
  const text = formatAddr(address);
  if (format === 'google-load-balancer') return `${text}, ${BALANCER}`;
  if (header.toLowerCase() !== 'forwarded') return text;
  // RFC 7239 §6.
  return address.family === 6 ? `for="[${text}]"` : `for=${text}`;
}

/** The header of a request to the reference: nothing else of the client's request. */
export function headerOf(
  { host }: Question,
  address: Addr | undefined,
  { addressHeader, addressFormat }: AddressSettings,
): RepeatedRequest['headers'] {
  return {
    host,
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'archeio',
    'archeio-explain': '1',
    [SHADOW_FIELD]: '1',
    ...(addressHeader !== undefined &&
      address !== undefined && {
        [addressHeader]: addressField(address, addressHeader, addressFormat),
      }),
  };
}
