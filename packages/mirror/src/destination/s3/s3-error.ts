import { MirrorError } from '../../mirror-error.ts';
import { failureReason, withoutSecrets } from '@archeio/plain-errors';
import { isObject, textAt } from '../../json-value.ts';

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

/** Names that servers of S3 give; what else is in an error's name or code is not theirs. */
const NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

/** Characters of a server's own explanation. */
const LONGEST = 200;

/** What a server says went wrong: the name, what it means, and the first line of its explanation, without secrets. */
export function s3Meaning(name: string, message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').slice(0, LONGEST);
  const said = [NAME.test(name) ? name : '', MEANINGS[name] ?? '', withoutSecrets(line)];
  return [...new Set(said.filter((part) => !NAMELESS.has(part)))].join(': ');
}

function reasonOf(error: unknown): string {
  const status = s3Status(error);
  // Without an answer it is the runtime or the SDK that speaks, and not S3.
  if (status === 0 || error instanceof SyntaxError) return failureReason(error);
  const message = error instanceof Error ? error.message : '';
  // The SDK cannot read every answer, and says so in its own words.
  const isSaid = !/^Deserialization error|\$response/.test(message);
  const said = s3Meaning(s3ErrorName(error), isSaid ? message : '');
  return said || (status === 200 ? 'answered 200 with what is not from S3' : `answered ${status}`);
}

/** What went wrong, in one line that names the destination. */
export function s3Error(destination: string, action: string, error: unknown): MirrorError {
  return new MirrorError(`destination "${destination}": cannot ${action}: ${reasonOf(error)}`, {
    cause: error,
  });
}
