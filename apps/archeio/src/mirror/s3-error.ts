import { FailedError } from '../commands/errors.ts';
import { isObject, textAt } from './json-value.ts';

/** The name that S3 gave to what went wrong, such as `NoSuchKey`; empty where it is none of its errors. */
export function s3ErrorName(error: unknown): string {
  return textAt(error, 'name') ?? '';
}

/** The status of the answer; 0 where there was none. */
export function s3Status(error: unknown): number {
  const metadata = isObject(error) ? error['$metadata'] : undefined;
  const status = isObject(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : 0;
}

/** What the names mean that S3 gives to what goes wrong at the door. */
const MEANINGS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket',
  InvalidBucketName: 'that is no name of a bucket',
  PermanentRedirect: 'it is in another region',
  AuthorizationHeaderMalformed: 'it is in another region',
  InvalidAccessKeyId: 'these credentials are not known',
  SignatureDoesNotMatch: 'the secret key is wrong',
  ExpiredToken: 'these credentials have run out',
  AccessDenied: 'these credentials may not',
  RequestTimeTooSkewed: 'the clock of this machine is wrong',
};

/** What an answer without a body is called by the SDK. */
const NAMELESS: ReadonlySet<string> = new Set(['Unknown', 'UnknownError', 'Error', '']);

function reasonOf(error: unknown): string {
  const name = s3ErrorName(error);
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const said = [name, MEANINGS[name] ?? '', message].filter((part) => !NAMELESS.has(part));
  return said.length > 0 ? [...new Set(said)].join(': ') : `answered ${s3Status(error)}`;
}

/** What went wrong, in one line that names the destination. */
export function s3Error(destination: string, action: string, error: unknown): FailedError {
  return new FailedError(`destination "${destination}": cannot ${action}: ${reasonOf(error)}`, {
    cause: error,
  });
}
