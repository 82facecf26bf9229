import { isIP } from 'node:net';
import type { HeaderFields } from '@archeio/content-checks';

/** A request that another server got, to be sent as it came. */
export interface RepeatedRequest {
  readonly method: 'HEAD' | 'GET';
  /** Sent as it is: dot segments and escapes stay. */
  readonly path: string;
  /** All header fields. A certificate is verified for the host of the URL, whatever `host` says. */
  readonly headers: Readonly<Record<string, string>> & { readonly host: string };
}

/** The beginning of an answer. */
export interface AnswerHead {
  readonly kind: 'head';
  readonly status: number;
  readonly headers: HeaderFields;
}

/** The name that TLS sends (RFC 6066 §3): none for an address. */
export function serverNameOf({ hostname }: URL): string {
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '';
}
