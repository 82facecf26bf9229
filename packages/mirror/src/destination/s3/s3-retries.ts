import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { ATTEMPTS, backoff, boundedWait } from '../../backoff.ts';
import { s3Status } from './s3-error.ts';
import type { Timing } from '../../timing.ts';

/** The SDK's classes of transient failures: overload, and missing or incomplete answers. */
const RETRIED: ReadonlySet<string> = new Set(['THROTTLING', 'TRANSIENT']);

/** After correcting its clock, the SDK also classifies these as transient. */
const ANSWERS: ReadonlySet<number> = new Set([404, 412]);

/** The SDK's `RetryStrategyV2`. */
type RetryStrategy = Extract<
  S3ClientConfig['retryStrategy'],
  { refreshRetryTokenForRetry: unknown }
>;

const tokenOf = (count: number, delay: number) => ({
  getRetryCount: () => count,
  getRetryDelay: () => delay,
});

/**
 * Gives every request the same number of attempts, with growing waits. The SDK's own strategies stop retrying after
 * about a hundred failures without a success: a bucket that throttles many concurrent requests would lose most of them
 * (aws/aws-sdk-js-v3#4754).
 */
export function patientRetries(timing: Timing): RetryStrategy {
  return {
    acquireInitialRetryToken: () => Promise.resolve(tokenOf(0, 0)),
    refreshRetryTokenForRetry(token, { errorType, error, retryAfterHint }) {
      const failures = token.getRetryCount() + 1;
      const isAnswered = ANSWERS.has(s3Status(error));
      if (isAnswered || !RETRIED.has(errorType) || failures >= ATTEMPTS)
        return Promise.reject(new Error(`not tried again after ${failures} attempts`));
      const said = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - timing.date();
      return Promise.resolve(tokenOf(failures, boundedWait(said, backoff(timing, failures))));
    },
    recordSuccess() {},
  };
}
