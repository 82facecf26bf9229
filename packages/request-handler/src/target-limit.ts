import { ociError } from '@archeio/oci-distribution';

/** Maximum length of a request target, in bytes; longer ones get {@link TARGET_TOO_LONG}. */
export const LONGEST_TARGET = 8 * 1024;

/** The refusal of a longer target. */
export const TARGET_TOO_LONG = ociError(414, 'UNSUPPORTED', 'the request target is too long');
