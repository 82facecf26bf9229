import type { Observation } from './observation.ts';

export interface BreakerOptions {
  /** Consecutive failures, on as many different subjects, that open the breaker. */
  readonly failures: number;
  /** How long it stays open before a trial, and how long a trial may take before the next; milliseconds. */
  readonly openFor: number;
}

/** closed: in use. open: skipped. trial: still skipped, but one check may run in the background. */
export type BreakerState = 'closed' | 'open' | 'trial';

/** A breaker as an immutable value; times are milliseconds. */
export type Breaker =
  | { readonly kind: 'closed'; readonly failed: readonly string[] }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'trial'; readonly until: number };

/** A breaker without failures. */
export const CLOSED: Breaker = Object.freeze({ kind: 'closed', failed: Object.freeze([]) });

export function breakerState(breaker: Breaker, now: number): BreakerState {
  if (breaker.kind === 'open' && now >= breaker.until) return 'trial';
  return breaker.kind;
}

/** The breaker after an observation; the same object if nothing changes. */
export function observe(
  breaker: Breaker,
  observation: Observation,
  subject: string,
  now: number,
  options: BreakerOptions,
): Breaker {
  switch (observation) {
    case 'answer':
      return afterAnswer(breaker, now);
    case 'failure':
      return afterFailure(breaker, subject, now, options);
    case 'nothing':
      return breaker.kind === 'trial' ? opened(now) : breaker;
  }
}

/** The breaker with a trial in progress, or undefined if none may start. */
export function beginTrial(
  breaker: Breaker,
  now: number,
  { openFor }: BreakerOptions,
): Breaker | undefined {
  if (breaker.kind === 'closed' || now < breaker.until) return undefined;
  return Object.freeze({ kind: 'trial', until: now + openFor });
}

function afterAnswer(breaker: Breaker, now: number): Breaker {
  if (breaker.kind === 'closed' && breaker.failed.length === 0) return breaker;
  // A late answer to a check from before it opened does not count as a trial.
  return breakerState(breaker, now) === 'open' ? breaker : CLOSED;
}

function afterFailure(
  breaker: Breaker,
  subject: string,
  now: number,
  { failures, openFor }: BreakerOptions,
): Breaker {
  if (breaker.kind === 'trial') return opened(now + openFor);
  // Late failures of checks from before it opened do not extend the opening.
  if (breaker.kind === 'open' || breaker.failed.includes(subject)) return breaker;
  const failed = [...breaker.failed, subject];
  // A reload may have lowered the limit below the current count.
  if (failed.length >= failures) return opened(now + openFor);
  return Object.freeze({ kind: 'closed', failed: Object.freeze(failed) });
}

/** A breaker that is open until the given time. */
export function opened(until: number): Breaker {
  return Object.freeze({ kind: 'open', until });
}
