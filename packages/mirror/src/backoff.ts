import { retryAfter } from '@archeio/bounded-reading';
import type { Timing } from './timing.ts';

/** Maximum number of attempts, including the first. */
export const ATTEMPTS = 8;

const FIRST = 500;
const LONGEST = 30_000;
/** Upper limit for a wait that a server asks for; milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * How long to wait before the next attempt: a random time up to a bound that doubles, so that many clients that failed
 * together do not retry together.
 *
 * @param failures how many attempts have failed, from 1
 * @returns milliseconds
 */
export function backoff(timing: Timing, failures: number): number {
  return timing.random() * Math.min(LONGEST, FIRST * 2 ** failures);
}

/**
 * How long to leave an overloaded server alone: as long as its `Retry-After` says, up to ten minutes, and at least as
 * long as our own backoff.
 *
 * @param failures how many attempts have failed, from 1
 * @returns whether the server stated a time, and milliseconds
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

/** The wait that a server asks for, up to ten minutes and at least our own; milliseconds. */
export function boundedWait(said: number, own: number): number {
  return Math.max(own, Math.min(said, PATIENCE));
}
