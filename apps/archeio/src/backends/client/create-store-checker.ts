import { MONOTONIC_CLOCK } from '@archeio/presence';
import { HttpClient, type HttpClientOptions } from './http-client.ts';
import type { BodyReader } from '@archeio/content-checks';
import { TimedChecker } from './timed-checker.ts';

export interface StoreCheckerOptions extends Omit<HttpClientOptions, 'clock'> {
  /** Milliseconds for one check as a whole. */
  readonly timeout: number;
  /** The machine's by default. */
  readonly clock?: HttpClientOptions['clock'];
}

/** Creates a checker with its own connections. */
export function createStoreChecker({
  timeout,
  clock = MONOTONIC_CLOCK,
  ...options
}: StoreCheckerOptions): BodyReader {
  return new TimedChecker(new HttpClient({ ...options, clock }), timeout, clock);
}
