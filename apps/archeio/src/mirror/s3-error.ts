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

/** What went wrong, in one line that names the destination. */
export function s3Error(destination: string, action: string, error: unknown): FailedError {
  const name = s3ErrorName(error);
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const said = message === '' || message === name ? name : `${name}: ${message}`;
  return new FailedError(`destination "${destination}": cannot ${action}: ${said}`, {
    cause: error,
  });
}
