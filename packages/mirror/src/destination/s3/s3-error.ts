import { MirrorError } from '../../mirror-error.ts';
import { failureReason, withoutSecrets } from '@archeio/plain-errors';
import { isObject, textAt } from '../../json-value.ts';

/** The S3 error code, such as `NoSuchKey`; empty if the error is not from S3. */
export function s3ErrorName(error: unknown): string {
  return textAt(error, 'name') ?? '';
}

/** The status of the answer; 0 if there was no answer. */
export function s3Status(error: unknown): number {
  const metadata = isObject(error) ? error['$metadata'] : undefined;
  const status = isObject(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : 0;
}

/** Explanations of the S3 error codes that users meet first. */
const MEANINGS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the bucket does not exist',
  InvalidBucketName: 'the bucket name is not valid',
  PermanentRedirect: 'the bucket is in another region',
  AuthorizationHeaderMalformed: 'the bucket is in another region',
  InvalidAccessKeyId: 'the access key is unknown',
  SignatureDoesNotMatch: 'the secret key is wrong',
  ExpiredToken: 'the credentials have expired',
  AccessDenied: 'the credentials do not permit it',
  RequestTimeTooSkewed: "this machine's clock is wrong",
};

/** Error names that the SDK uses for an answer without a body. */
const NAMELESS: ReadonlySet<string> = new Set(['Unknown', 'UnknownError', 'Error', '']);

/** The form of S3 error codes; other values in an error's name or code do not come from the server. */
const NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

/** Maximum length of a server's own explanation; characters. */
const LONGEST = 200;

/**
 * Describes an S3 error: its code, what the code means, and the first line of the server's message, without secrets.
 */
export function s3Meaning(name: string, message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').slice(0, LONGEST);
  const said = [NAME.test(name) ? name : '', MEANINGS[name] ?? '', withoutSecrets(line)];
  return [...new Set(said.filter((part) => !NAMELESS.has(part)))].join(': ');
}

function reasonOf(error: unknown): string {
  const status = s3Status(error);
  // Without an answer the error comes from the runtime or the SDK.
  if (status === 0 || error instanceof SyntaxError) return failureReason(error);
  const message = error instanceof Error ? error.message : '';
  // The SDK cannot parse every answer, and reports that in its own words.
  const isSaid = !/^Deserialization error|\$response/.test(message);
  const said = s3Meaning(s3ErrorName(error), isSaid ? message : '');
  return said || (status === 200 ? 'answered 200 without an S3 response' : `answered ${status}`);
}

/** A one-line error that names the destination and the action. */
export function s3Error(destination: string, action: string, error: unknown): MirrorError {
  return new MirrorError(`destination "${destination}": cannot ${action}: ${reasonOf(error)}`, {
    cause: error,
  });
}
