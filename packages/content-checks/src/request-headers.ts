/**
 * The header fields of a check. An encoding would change the length that a store states.
 *
 * @param accept acceptable media types (RFC 9110 §12.5.1)
 * @param bytes number of first bytes to request; 0 for no range
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
