import { ociError } from '@archeio/oci-distribution';

/** Not HTTP/1.1, or no Host, or several, or one that cannot be a host. */
export const BAD_REQUEST = ociError(400, 'UNSUPPORTED', 'the request cannot be read as HTTP/1.1');

/** Maximum length of a request target, in bytes; longer ones get {@link TARGET_TOO_LONG}. */
export const LONGEST_TARGET = 8 * 1024;

/** The refusal of a longer target. */
export const TARGET_TOO_LONG = ociError(414, 'UNSUPPORTED', 'the request target is too long');
