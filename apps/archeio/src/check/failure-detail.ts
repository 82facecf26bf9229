/** What went wrong with a connection, in words; what is not listed is named by its code. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed without an answer',
  EPIPE: 'the connection was closed without an answer',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name cannot be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the connection timed out',
};

/**
 * Why a connection failed, in our own words with the runtime's code: "connection refused (ECONNREFUSED)". A runtime's
 * message is not repeated: it may have the URL with its query in it.
 */
export function failureDetail(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(code)) return 'the connection failed';
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  if (words !== undefined) return `${words} (${code})`;
  return code.startsWith('HPE_') ? `the answer is not HTTP (${code})` : code;
}
