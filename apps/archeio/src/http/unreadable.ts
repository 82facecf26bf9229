import { ociError, REFUSALS, type OciError } from '@archeio/oci-distribution';

/** What is no HTTP/1.1, or says no host, or several. */
export const BAD_REQUEST = ociError(400, 'UNSUPPORTED', 'the request cannot be read as HTTP/1.1');
const TOO_SLOW = ociError(408, 'UNSUPPORTED', 'the request did not arrive in time');
/** More header lines, or longer ones, than are read. */
export const HEADERS_TOO_LARGE = ociError(
  431,
  'UNSUPPORTED',
  'the request line and header lines are too large',
);

/** The request target is longer than is read. */
export const TARGET_TOO_LONG = ociError(414, 'UNSUPPORTED', 'the request target is too long');

/** A request line with a method; what the parser refuses behind it is the method, or `*` where it knows none. */
const METHOD_AND_TARGET = /^[A-Za-z!#$%&'*+.^_`|~-]{1,32} [/*]/;
const ASTERISK_FORM = /^(?!GET |HEAD )[A-Z]{1,32} \* HTTP\/1\.[01]\r\n/;

/**
 * What to answer to a request that the HTTP parser refused.
 *
 * @param code the parser's error code
 * @param packet the beginning of what arrived, where the runtime has it
 */
export function refusalOf(code: string | undefined, packet = ''): OciError {
  if (ASTERISK_FORM.test(packet)) return REFUSALS.readOnly;
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return METHOD_AND_TARGET.test(packet) ? REFUSALS.readOnly : BAD_REQUEST;
    case 'HPE_HEADER_OVERFLOW':
      return HEADERS_TOO_LARGE;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return TOO_SLOW;
    default:
      return BAD_REQUEST;
  }
}
