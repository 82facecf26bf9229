import type { CheckMethod } from './store-checker.ts';

/** Bytes of a body that are read to keep the connection: an error page, the one byte of a range; beyond, it is dropped. */
export const LONGEST_BODY = 65_536;

/** The header fields of a check. An encoding would change the length that a store tells. */
export function requestHeaders(
  userAgent: string,
  method: CheckMethod,
  accept = '*/*',
): Record<string, string> {
  return {
    accept,
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...(method === 'range' && { range: 'bytes=0-0' }),
  };
}
