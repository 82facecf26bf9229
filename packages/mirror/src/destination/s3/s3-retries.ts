import { ATTEMPTS, backoff, boundedWait } from '../../backoff.ts';
import { s3Status } from './s3-error.ts';
import type { Timing } from '../../timing.ts';

/** What the SDK calls failures that may go better the next time: overload, and no or no whole answer. */
const RETRIED: ReadonlySet<string> = new Set(['THROTTLING', 'TRANSIENT']);

/** After it has corrected its clock, the SDK takes these for failures that pass as well. */
const ANSWERS: ReadonlySet<number> = new Set([404, 412]);

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

/** What the SDK asks before it tries a request again (its `RetryStrategyV2`). */
interface RetryStrategy {
  acquireInitialRetryToken(): Promise<RetryToken>;
  refreshRetryTokenForRetry(
    token: RetryToken,
    failure: {
      readonly errorType: string;
      readonly error?: unknown;
      readonly retryAfterHint?: Date;
    },
  ): Promise<RetryToken>;
  recordSuccess(): void;
}

const tokenOf = (count: number, delay: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => delay,
});

/**
 * Tries every request as often as any other, and waits longer each time. The SDK's own strategies allow a client about a
 * hundred retries that are not yet followed by success and then none at all: a bucket that asks many requests at once
 * to slow down would lose most of them (aws/aws-sdk-js-v3#4754).
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
