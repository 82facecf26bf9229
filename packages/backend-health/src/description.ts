import { stateOf, type BackendRecord, type BackendState } from './backend-record.ts';
import { breakerState, type BreakerState } from './breaker.ts';

/** The state of a backend, as plain data; times are milliseconds of the owner's clock. */
export interface BackendDescription extends Pick<
  BackendRecord,
  'why' | 'lastProbe' | 'lastPass' | 'history'
> {
  readonly state: BackendState;
  /** Start of the current state; null if it has lasted since the start. */
  readonly since: number | null;
  /** Whether canaries ejected it. */
  readonly ejected: boolean;
  readonly breaker: BreakerState;
  /** Consecutive failed canaries. */
  readonly failedCanaries: number;
  /** Digests on which consecutive checks for clients failed, while the breaker is closed. */
  readonly failedChecks: number;
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
