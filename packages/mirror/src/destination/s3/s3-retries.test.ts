import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPTS } from '../../backoff.ts';
import { patientRetries } from './s3-retries.ts';
import type { Timing } from '../../timing.ts';

const timing: Timing = {
  now: () => 0,
  date: () => 1_000_000,
  sleep: () => Promise.resolve(),
  random: () => 1,
};
const retries = patientRetries(timing);
type Failure = Parameters<typeof retries.refreshRetryTokenForRetry>[1];

/** The waits between the attempts of a request that never succeeds. */
async function wait(
  errorType: Failure['errorType'],
  retryAfterHint?: Date,
): Promise<readonly number[]> {
  const waits: number[] = [];
  let token = await retries.acquireInitialRetryToken('');
  assert.deepEqual([token.getRetryCount(), token.getRetryDelay()], [0, 0]);
  for (;;) {
    try {
      const hint = retryAfterHint && { retryAfterHint };
      token = await retries.refreshRetryTokenForRetry(token, { errorType, ...hint });
    } catch {
      return waits;
    }
    waits.push(token.getRetryDelay());
    assert.equal(token.getRetryCount(), waits.length);
  }
}

// aws/aws-sdk-js-v3#4754: the SDK shares one retry budget among all requests of a client.
test('every request gets the same number of attempts, however many fail at once', async () => {
  const all = await Promise.all(Array.from({ length: 1000 }, () => wait('THROTTLING')));
  assert.ok(all.every((waits) => waits.length === ATTEMPTS - 1));
  assert.deepEqual(await wait('TRANSIENT'), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  retries.recordSuccess(await retries.acquireInitialRetryToken(''));
});

test('permanent failures are not retried', async () => {
  for (const errorType of ['CLIENT_ERROR', 'SERVER_ERROR'] as const)
    assert.deepEqual(await wait(errorType), []);
  const token = await retries.acquireInitialRetryToken('');
  for (const httpStatusCode of [404, 412]) {
    const error = { name: 'NotFound', message: '', $metadata: { httpStatusCode } };
    const failure: Failure = { errorType: 'TRANSIENT', error };
    await assert.rejects(retries.refreshRetryTokenForRetry(token, failure));
  }
});

test('Retry-After is obeyed up to ten minutes, and never shortens a wait', async () => {
  const [first] = await wait('THROTTLING', new Date(timing.date() + 5000));
  const [longest] = await wait('THROTTLING', new Date(timing.date() + 3_600_000));
  const [shortest] = await wait('THROTTLING', new Date(timing.date() - 5000));
  assert.deepEqual([first, longest, shortest], [5000, 600_000, 1000]);
});
