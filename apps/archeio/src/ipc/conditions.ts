import type { BackendState } from '@archeio/backend-health';

/**
 * The conditions of backends by number, one byte each, as the supervisor sends them to workers: plain data that
 * only the functions of this file read and write.
 */
export type Conditions = Uint8Array;

const STATES: readonly BackendState[] = ['up', 'down', 'trial'];
/** The bits of the condition itself. */
const CONDITION = 3;
/** The bit for a failed canary. */
const CANARY_FAILED = 4;

/** @param canaryFailed the last canary did not pass: answers about missing blobs are not trusted */
export function encodeCondition(condition: BackendState, canaryFailed: boolean): number {
  return STATES.indexOf(condition) | (canaryFailed ? CANARY_FAILED : 0);
}

/** Whether a backend is used: not if `down`, and not if `trial`, which is due for another try. Allocates nothing. */
export function conditionOf(conditions: Conditions, backend: number): BackendState {
  return STATES[conditions[backend] & CONDITION];
}

/** Whether the last canary of a backend did not pass. */
export function canaryFailed(conditions: Conditions, backend: number): boolean {
  return (conditions[backend] & CANARY_FAILED) !== 0;
}
