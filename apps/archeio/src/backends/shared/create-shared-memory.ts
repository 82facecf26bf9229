import type { Clock, SharedMemory, SharedOutcome } from '@archeio/presence';
import type { SharedPresenceCounts } from '../../metrics/shared-presence-counts.ts';
import type { Log } from '../../platform/log.ts';
import { connectRedis } from './redis-connection.ts';
import { RedisMemory } from './redis-memory.ts';
import type { Environment } from './redis-password.ts';

/** A shared memory with a connection. */
export interface ClosableSharedMemory extends SharedMemory {
  /** Counts a check. */
  checked(outcome: SharedOutcome): void;
  close(): void;
}

export interface SharedMemoryOptions {
  /** URL of the Redis. */
  readonly redis: string;
  /** How long one request waits for all stores; milliseconds. */
  readonly budget: number;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly counts: SharedPresenceCounts;
}

export type CreateSharedMemory = (options: SharedMemoryOptions) => ClosableSharedMemory;

/**
 * Begins to connect to a Redis.
 *
 * @param environment has the password
 */
export function createSharedMemory(
  { redis, ...options }: SharedMemoryOptions,
  environment: Environment = process.env,
): ClosableSharedMemory {
  return new RedisMemory({
    ...options,
    connect: (signal) => connectRedis(redis, environment, signal),
  });
}
