/** Bytes of a body that are read to keep the connection: an error page, the one byte of a range; beyond, it is dropped. */
export const LONGEST_BODY = 65_536;

/**
 * The header fields of a check. An encoding would change the length that a store tells.
 *
 * @param accept the media types that will do (RFC 9110 §12.5.1)
 * @param bytes how many of the first bytes are wanted; 0 where no range is asked for
 */
export function requestHeaders(
  userAgent: string,
  bytes: number,
  accept = '*/*',
): Record<string, string> {
  return {
    accept,
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...(bytes > 0 && { range: `bytes=0-${bytes - 1}` }),
  };
}
