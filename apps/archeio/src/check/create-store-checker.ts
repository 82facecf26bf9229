import type { Clock } from '@archeio/presence';
import { MONOTONIC_CLOCK } from '../clock.ts';
import { BunClient } from './bun-client.ts';
import { NodeClient } from './node-client.ts';
import type { BodyReader } from './body-reader.ts';
import type { StoreChecker } from './store-checker.ts';
import { TimedChecker } from './timed-checker.ts';

/** How stores are asked. */
export interface StoreCheckerOptions {
  /** Milliseconds for one check as a whole. */
  readonly timeout: number;
  /** The product that stores see in their logs (RFC 9110 §10.1.5). */
  readonly userAgent: string;
  /** The machine's by default. */
  readonly clock?: Clock;
}

/** The checker of the runtime that we run on. */
export function createStoreChecker(options: StoreCheckerOptions): StoreChecker & BodyReader {
  const { timeout, userAgent, clock = MONOTONIC_CLOCK } = options;
  const client =
    process.versions.bun === undefined ? new NodeClient(userAgent) : new BunClient(userAgent);
  return new TimedChecker(client, timeout, clock);
}
