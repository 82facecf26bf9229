import { ociError, REFUSALS, type OciError } from '@archeio/oci-distribution';

const BAD_REQUEST = ociError(400, 'UNSUPPORTED', 'the request cannot be read as HTTP/1.1');
const TOO_SLOW = ociError(408, 'UNSUPPORTED', 'the request did not arrive in time');
const HEADERS_TOO_LARGE = ociError(
  431,
  'UNSUPPORTED',
  'the request line and header lines are too large',
);

/** The request target is longer than is read. */
export const TARGET_TOO_LONG = ociError(414, 'UNSUPPORTED', 'the request target is too long');

/** What to answer to a request that the HTTP parser refused, by the parser's error code. */
export function refusalOf(code: string | undefined): OciError {
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return REFUSALS.readOnly;
    case 'HPE_HEADER_OVERFLOW':
      return HEADERS_TOO_LARGE;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return TOO_SLOW;
    default:
      return BAD_REQUEST;
  }
}
