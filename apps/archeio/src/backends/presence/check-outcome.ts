import type { CheckResult } from '@archeio/presence';
import type { CheckOutcome } from '../../metrics/worker-metrics.ts';
import type { StoreAnswer } from '@archeio/content-checks';

/** The outcome of a check. @param result meaning of the answer for the blob; undefined if it means nothing */
export function outcomeOf(answer: StoreAnswer, result: CheckResult | undefined): CheckOutcome {
  return answer.kind === 'failure' ? answer.reason : (result?.state ?? 'nothing');
}
