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
 * What `Retry-After` says, in milliseconds from now; undefined where it says nothing that can be read.
 *
 * RFC 9110 §10.2.3: seconds or a date.
 */
export function retryAfter(header: string | null, timing: Timing): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d{1,9}$/.test(header.trim())
    ? Number(header) * 1000
    : Date.parse(header) - timing.date();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), PATIENCE);
}
