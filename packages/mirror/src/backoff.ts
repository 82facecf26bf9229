import { retryAfter } from '@archeio/bounded-reading';
import type { Timing } from './timing.ts';

/** How often anything is tried, the first time counted. */
export const ATTEMPTS = 8;

const FIRST = 500;
const LONGEST = 30_000;
/** Longer than this no server is waited for at its word; milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * How long to wait before the next attempt: any time up to a bound that doubles, so that many who failed together do
 * not come back together.
 *
 * @param failures how many attempts have failed, from 1
 */
export function backoff(timing: Timing, failures: number): number {
  return timing.random() * Math.min(LONGEST, FIRST * 2 ** failures);
}

/**
 * How long a server that is asked too much is left alone: for as long as its `Retry-After` says, at most ten minutes,
 * and never for less than the wait of our own.
 *
 * @param failures how many attempts have failed, from 1
 * @returns whether the server has said it, and milliseconds
 */
export function patience(
  header: string | null,
  timing: Timing,
  failures: number,
): { readonly isSaid: boolean; readonly wait: number } {
  const own = backoff(timing, failures);
  const said = retryAfter(header, timing.date());
  if (said === undefined || said <= own) return { isSaid: false, wait: own };
  return { isSaid: true, wait: boundedWait(said, own) };
}

/** As long as a server asks for, at most ten minutes, and never less than the wait of our own; milliseconds. */
export function boundedWait(said: number, own: number): number {
  return Math.max(own, Math.min(said, PATIENCE));
}
