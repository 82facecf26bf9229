import { BAD_REQUEST } from '@archeio/request-handler';
import { ociError, REFUSALS, type OciError } from '@archeio/oci-distribution';

/** Not complete in time. */
export const TOO_SLOW = ociError(408, 'UNSUPPORTED', 'the request did not arrive in time');
/** Too many or too long header lines. */
export const HEADERS_TOO_LARGE = ociError(
  431,
  'UNSUPPORTED',
  'the request line and header lines are too large',
);

/** A request line with a method: the parser refused the method itself, or `*` for an unknown method. */
const METHOD_AND_TARGET = /^[A-Za-z!#$%&'*+.^_`|~-]{1,32} [/*]/;
const ASTERISK_FORM = /^(?!GET |HEAD )[A-Z]{1,32} \* HTTP\/1\.[01]\r\n/;

/**
 * The answer to a request that the HTTP parser refused.
 *
 * @param code the parser's error code
 * @param packet beginning of the input, if the runtime provides it
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
