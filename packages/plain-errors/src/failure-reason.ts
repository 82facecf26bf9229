import { isTlsError } from './tls-error.ts';
import { isSystemError } from './error-code.ts';

/** An error whose message is written for users, and safe to show. */
export class StatedError extends Error {}

/** Meanings of the error codes of the operating system and of both runtimes. */
const MEANINGS: Readonly<Record<string, string>> = {
  // Files.
  ENOENT: 'there is no such file or directory',
  EACCES: 'not allowed',
  EPERM: 'not allowed',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a component of the path is not a directory',
  EEXIST: 'it exists already',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the device failed',
  ENXIO: 'there is no such device, or no process reads the pipe',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open on this machine',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links form a loop',
  EBUSY: 'it is in use',
  ENOMEM: 'not enough memory',
  // Connections.
  ECONNREFUSED: 'connection refused',
  ConnectionRefused: 'connection refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ConnectionClosed: 'the connection was closed before the answer was complete',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed',
  ECONNABORTED: 'the connection was closed',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name cannot be looked up',
  EAI_FAIL: 'the host name cannot be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'no local address is available',
  EADDRINUSE: 'the port is already in use',
  FailedToOpenSocket: 'the host cannot be reached',
  ETIMEDOUT: 'the connection timed out',
  ETIME: 'no answer in time',
  ConnectTimeout: 'no answer in time',
  Timeout: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the body did not arrive in time',
  // TLS.
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  HOSTNAME_MISMATCH: 'the certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate is from an authority that is not trusted, or the server does not send the intermediate certificates',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is from an authority that is not trusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not use TLS on this port',
  // Answers.
  UND_ERR_HEADERS_OVERFLOW: 'the header section of the answer is too long',
  HeadersTooLarge: 'the header section of the answer is too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body is not as long as its Content-Length',
  InvalidContentLength: 'the answer is not valid HTTP',
  InvalidHTTPResponse: 'the answer is not valid HTTP',
  Malformed_HTTP_Response: 'the answer is not valid HTTP',
  UnrequestedUpgrade: 'the answer is not valid HTTP',
  ERR_ASSERTION: 'the answer is not valid HTTP',
  ZlibError: 'the body cannot be decompressed',
  BrotliDecompressionError: 'the body cannot be decompressed',
  ZstdDecompressionError: 'the body cannot be decompressed',
  UnsupportedRedirectProtocol: 'it redirects to a URL that is neither http nor https',
  RedirectURLInvalid: 'it redirects to something that is not a URL',
  TooManyRedirects: 'it redirects too often',
  ERR_INVALID_URL: 'it is not a URL',
};

/** Meanings of families of codes. */
const FAMILIES: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/^HPE_/, 'the answer is not valid HTTP'],
  [
    /^(?:Z_|ERR_ZLIB|ZSTD_|ERR_BROTLI|ERR__?ERROR_FORMAT|ERR__?ERROR)/,
    'the body cannot be decompressed',
  ],
];

/** Meanings of the names of errors without a code. */
const NAMES: Readonly<Record<string, string>> = {
  TimeoutError: 'no answer in time',
  AbortError: 'it was stopped',
  HTTPParserError: 'the answer is not valid HTTP',
};

/** Meanings of the messages of Node's `fetch` that have neither a code nor a distinct name. */
const PHRASES: Readonly<Record<string, string>> = {
  'bad port': 'fetch refuses this port, which belongs to another protocol',
};

const CODE = /^[A-Za-z]\w{1,63}$/;

/** The error and its causes, outermost first. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause)
    chain.push(each);
  return chain;
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

function meaningOf(error: Error): string | undefined {
  const code = codeOf(error);
  const meaning =
    code === undefined
      ? undefined
      : Object.hasOwn(MEANINGS, code)
        ? MEANINGS[code]
        : FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
  if (meaning !== undefined) return `${meaning} (${code})`;
  if (isTlsError(error)) return `the TLS handshake failed (${code})`;
  if (Object.hasOwn(NAMES, error.name)) return NAMES[error.name];
  return Object.hasOwn(PHRASES, error.message) ? PHRASES[error.message] : undefined;
}

/**
 * Why something failed. Never repeats the message of a runtime or library, which may contain a URL with a signature or a
 * part of a file; only its code.
 */
export function failureReason(error: unknown): string {
  if (error instanceof StatedError) return error.message;
  const chain = chainOf(error);
  for (const each of chain) {
    if (each instanceof StatedError) return each.message;
    const meaning = meaningOf(each);
    if (meaning !== undefined) return meaning;
  }
  const known = chain.map(codeOf).find((code) => code !== undefined) ?? chain.at(-1)?.name;
  return known !== undefined && CODE.test(known)
    ? `an unexpected failure (${known})`
    : 'an unexpected failure';
}

/** As {@link failureReason}; for a system error, with the call and the path that failed. */
export function failureLine(error: unknown): string {
  const reason = failureReason(error);
  if (!isSystemError(error) || error.path === undefined) return reason;
  return `cannot ${error.syscall ?? 'use'} ${JSON.stringify(error.path)}: ${reason}`;
}
