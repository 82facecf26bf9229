import type { Environment } from '@archeio/configuration';
import { connectRedis } from '../../../backends/shared/redis-connection.ts';
import { CALL_SHARE } from '../../../backends/shared/redis-memory.ts';
import { sharedPrefix } from '../../../backends/shared/shared-key.ts';
import { bad, type CheckResult, good, warning } from './finding.ts';

/** A key that no store has. */
const KEY = sharedPrefix([]);

export interface RedisCheckOptions {
  /** Has the password. */
  readonly environment: Environment;
  /** How long one request waits for all stores; milliseconds. */
  readonly budget: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Connects and reads; writes nothing. */
export async function checkRedis(
  url: string,
  { environment, budget, timeout }: RedisCheckOptions,
): Promise<CheckResult[]> {
  const limit = budget * CALL_SHARE;
  try {
    const connection = await connectRedis(url, environment, AbortSignal.timeout(timeout));
    try {
      // The first look also loads what later ones need.
      await within(connection.look([KEY]), timeout);
      const began = performance.now();
      await within(connection.look([KEY]), timeout);
      const took = performance.now() - began;
      const results = [good(`${url} answers within ${Math.max(1, Math.ceil(took))} ms`)];
      if (took > limit)
        results.push(
          warning(
            `${url} took ${Math.round(took)} ms, and serve waits for at most ${limit} ms`,
            'use a Redis that is nearer, or a longer presence.budget: a call may take a tenth of it',
          ),
        );
      return results;
    } finally {
      connection.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      bad(
        `cannot use ${url}: ${why}`,
        'serve works without it, and asks stores itself; docs/guides/many-replicas.md says what Redis must allow',
      ),
    ];
  }
}

function within<Answer>(answer: Promise<Answer>, timeout: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
