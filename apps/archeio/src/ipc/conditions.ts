/** What the health of a backend means for the policy. */
export type Condition = 'up' | 'down' | 'trial';

/**
 * The conditions of backends by their numbers, one byte each, as the supervisor tells them to workers: plain data, which
 * only the functions of this file write and read.
 */
export type Conditions = Uint8Array;

const NAMES = ['up', 'down', 'trial'] as const;
const CODES: Readonly<Record<Condition, number>> = { up: 0, down: 1, trial: 2 };
/** The bits of the condition itself. */
const CONDITION = 3;
/** The bit for a failed canary. */
const CANARY_FAILED = 4;

/** @param canaryFailed the last canary did not pass: what the store says of missing blobs is not believed */
export function encodeCondition(condition: Condition, canaryFailed: boolean): number {
  return CODES[condition] | (canaryFailed ? CANARY_FAILED : 0);
}

/** Whether a backend is used: `down` is not, `trial` is not and is due to be tried again. Allocates nothing. */
export function conditionOf(conditions: Conditions, backend: number): Condition {
  return NAMES[conditions[backend] & CONDITION];
}

/** Whether the last canary of a backend did not pass. */
export function canaryFailed(conditions: Conditions, backend: number): boolean {
  return (conditions[backend] & CANARY_FAILED) !== 0;
}
