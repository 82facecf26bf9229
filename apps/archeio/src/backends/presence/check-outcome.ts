import type { CheckResult } from '@archeio/presence';
import type { StoreAnswer } from '../client/index.ts';

/**
 * What came of a presence check: what the store said, why it said nothing, or `nothing` where the process itself
 * was at fault (frozen, or closing).
 */
export type CheckOutcome =
  | 'present'
  | 'absent'
  | 'unknown'
  | 'connection'
  | 'tls'
  | 'timeout'
  | 'nothing';

/**
 * The outcome of a check.
 *
 * @param result what the answer means for the presence of the blob; undefined where it means nothing
 */
export function outcomeOf(answer: StoreAnswer, result: CheckResult | undefined): CheckOutcome {
  return answer.kind === 'failure' ? answer.reason : (result?.state ?? 'nothing');
}
