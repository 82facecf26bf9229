/** The error codes of the distribution-spec that this package uses. */
export type OciErrorCode =
  | 'DIGEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED';

/** An error response: its HTTP status, and the complete body, to be sent as `application/json`. */
export interface OciError {
  readonly status: number;
  readonly code: OciErrorCode;
  readonly message: string;
  /** `{"errors":[{"code":…,"message":…}]}` */
  readonly body: string;
}

/**
 * Creates an error with its body.
 *
 * OCI distribution-spec 1.1, "Error Codes".
 */
export function ociError(status: number, code: OciErrorCode, message: string): OciError {
  const body = `${JSON.stringify({ errors: [{ code, message }] })}\n`;
  return Object.freeze({ status, code, message, body });
}

/** Every error that parsing can produce; each exists once. */
export const REFUSALS = Object.freeze({
  badEscape: ociError(
    400,
    'NAME_INVALID',
    'the path has a percent sign that does not begin an escape',
  ),
  badName: ociError(
    400,
    'NAME_INVALID',
    'the repository name is outside the grammar of the OCI distribution-spec',
  ),
  badDigest: ociError(
    400,
    'DIGEST_INVALID',
    'the digest is malformed: expected algorithm:encoded, sha256 with 64 lower-case hexadecimal digits',
  ),
  badTag: ociError(
    404,
    'MANIFEST_UNKNOWN',
    'the tag is outside the grammar of the OCI distribution-spec, so no manifest has it',
  ),
  unknownName: ociError(404, 'NAME_UNKNOWN', 'no repository with this name is served here'),
  noCatalog: ociError(404, 'UNSUPPORTED', 'this registry does not list its repositories'),
  noEndpoint: ociError(404, 'UNSUPPORTED', 'no such endpoint in the OCI distribution API'),
  readOnly: ociError(
    405,
    'UNSUPPORTED',
    'this registry is read-only: only GET and HEAD are supported',
  ),
});
