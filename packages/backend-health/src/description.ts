import {
  stateOf,
  type BackendRecord,
  type BackendState,
  type Cause,
  type Transition,
} from './backend-record.ts';
import { breakerState, type BreakerState } from './breaker.ts';

/** What is known of a backend, as plain data; moments are milliseconds of the owner's clock. */
export interface BackendDescription {
  readonly state: BackendState;
  /** Since when it is up, or is not; null where that is so since the start. */
  readonly since: number | null;
  /** What last happened to its state. */
  readonly why: Cause;
  /** Whether canaries took it out. */
  readonly ejected: boolean;
  readonly breaker: BreakerState;
  /** Failed canaries in a row. */
  readonly failedCanaries: number;
  /** Digests on which checks for clients failed in a row, while the breaker is closed. */
  readonly failedChecks: number;
  /** The last canary that came to something. */
  readonly lastProbe: { readonly outcome: 'pass' | 'fail'; readonly at: number } | null;
  readonly lastPass: number | null;
  /** The last transitions, oldest first. */
  readonly history: readonly Transition[];
}

export function describe(record: BackendRecord, now: number): BackendDescription {
  const { breaker, canary, why, lastProbe, lastPass, history } = record;
  return Object.freeze({
    state: stateOf(record, now),
    since: history.at(-1)?.at ?? null,
    why,
    ejected: canary.ejected,
    breaker: breakerState(breaker, now),
    failedCanaries: canary.failures,
    failedChecks: breaker.kind === 'closed' ? breaker.failed.length : 0,
    lastProbe,
    lastPass,
    history,
  });
}
