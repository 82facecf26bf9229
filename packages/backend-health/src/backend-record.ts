import {
  breakerState,
  CLOSED,
  observe,
  opened,
  type Breaker,
  type BreakerOptions,
  type BreakerState,
} from './breaker.ts';
import {
  afterProbe,
  UNPROBED,
  withoutPasses,
  type Canary,
  type CanaryOptions,
  type ProbeOutcome,
} from './canary.ts';
import type { Observation } from './observation.ts';

export interface HealthOptions {
  /** State that passive observations change. */
  readonly breaker: BreakerOptions;
  /** State that canaries change. */
  readonly canary: CanaryOptions;
}

/** up: use it. down: skip it. trial: skip it, but send one check in the background. */
export type BackendState = 'up' | 'down' | 'trial';

/**
 * Why a backend is in its state: nothing happened yet, checks for clients failed, a trial failed or was answered,
 * canaries failed or passed, or an ejected backend can no longer be probed and waits for a trial.
 */
export type Cause =
  | 'start'
  | 'checks-failed'
  | 'trial-failed'
  | 'trial-answered'
  | 'canary-failed'
  | 'canary-passed'
  | 'canary-lost';

/** A change between up and down; times are milliseconds. */
export interface Transition {
  readonly at: number;
  readonly state: 'up' | 'down';
  readonly why: Cause;
}

/** All that is known about one backend, as an immutable value. */
export interface BackendRecord {
  readonly breaker: Breaker;
  readonly canary: Canary;
  /** Cause of the last state change. */
  readonly why: Cause;
  /** The last canary with an outcome. */
  readonly lastProbe: { readonly outcome: 'pass' | 'fail'; readonly at: number } | null;
  readonly lastPass: number | null;
  /** The last transitions, oldest first. */
  readonly history: readonly Transition[];
}

/** Maximum number of remembered transitions. */
export const HISTORY_LENGTH = 20;

/** A backend without observations. */
export const UNSEEN: BackendRecord = Object.freeze({
  breaker: CLOSED,
  canary: UNPROBED,
  why: 'start',
  lastProbe: null,
  lastPass: null,
  history: Object.freeze([]),
});

const STATES = { closed: 'up', open: 'down', trial: 'trial' } as const satisfies Record<
  BreakerState,
  BackendState
>;

export function stateOf({ breaker, canary }: BackendRecord, now: number): BackendState {
  return canary.ejected ? 'down' : STATES[breakerState(breaker, now)];
}

/** The record after a passive observation; the same object if nothing changes. */
export function afterObservation(
  record: BackendRecord,
  observation: Observation,
  subject: string,
  now: number,
  options: HealthOptions,
): BackendRecord {
  // A cached HEAD answer of a broken bucket must not bring back a backend that canaries ejected.
  if (record.canary.ejected) return record;
  const breaker = observe(record.breaker, observation, subject, now, options.breaker);
  if (breaker === record.breaker) return record;
  const after = { ...record, breaker };
  if (breaker.kind === record.breaker.kind || observation === 'nothing')
    return Object.freeze(after);
  if (breaker.kind === 'closed') return caused(record, after, 'trial-answered', now);
  const canary = withoutPasses(record.canary);
  const why = record.breaker.kind === 'closed' ? 'checks-failed' : 'trial-failed';
  return caused(record, { ...after, canary }, why, now);
}

/** The record after a canary; the same object if nothing changes. */
export function afterCanary(
  record: BackendRecord,
  outcome: ProbeOutcome,
  now: number,
  options: HealthOptions,
): BackendRecord {
  const { ejected } = record.canary;
  const canary = afterProbe(record.canary, outcome, options.canary);
  switch (outcome) {
    case 'nothing':
      return record;
    case 'none':
      if (!ejected) return record;
      return caused(record, { ...record, canary, breaker: opened(now) }, 'canary-lost', now);
    case 'fail': {
      const after = { ...record, canary, lastProbe: Object.freeze({ outcome, at: now }) };
      if (ejected || !canary.ejected) return Object.freeze(after);
      return caused(record, after, 'canary-failed', now);
    }
    case 'pass': {
      const lastProbe = Object.freeze({ outcome, at: now });
      const after = { ...record, canary, lastProbe, lastPass: now };
      const down = ejected || record.breaker.kind !== 'closed';
      if (!down || canary.passes < options.canary.passes) return Object.freeze(after);
      return caused(record, { ...after, breaker: CLOSED }, 'canary-passed', now);
    }
  }
}

/** The record with its cause, and any transition added to its history. */
function caused(
  before: BackendRecord,
  after: BackendRecord,
  why: Cause,
  at: number,
): BackendRecord {
  const up = isUp(after);
  if (isUp(before) === up) return Object.freeze({ ...after, why });
  const transition: Transition = Object.freeze({ at, state: up ? 'up' : 'down', why });
  const history = Object.freeze([...after.history, transition].slice(-HISTORY_LENGTH));
  return Object.freeze({ ...after, why, history });
}

function isUp({ breaker, canary }: BackendRecord): boolean {
  return !canary.ejected && breaker.kind === 'closed';
}
