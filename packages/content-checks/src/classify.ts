import { classifyStatus, type Observation } from '@archeio/backend-health';
import { isEmptyBlob } from '@archeio/oci-distribution';
import type { CheckResult, PresenceState } from '@archeio/presence';
import { flawOf } from './flaw.ts';
import type { StatusAnswer, StoreAnswer } from './answer.ts';

const ABSENT: CheckResult = Object.freeze({ state: 'absent', size: -1 });
const UNKNOWN: CheckResult = Object.freeze({ state: 'unknown', size: -1 });
const EMPTY: CheckResult = Object.freeze({ state: 'present', size: 0 });

/**
 * Whether the store has the blob (docs/reference/request-handling.md, presence of a blob).
 *
 * @param forbidden what 403 means: S3 answers it for a missing key to clients that may not list the bucket
 */
export function presenceOf(
  answer: StoreAnswer,
  digest: string,
  forbidden: 'absent' | 'unknown',
): CheckResult {
  if (answer.kind !== 'status') return UNKNOWN;
  switch (answer.status) {
    case 200:
    case 206: {
      const flaw = flawOf(answer, digest);
      if (flaw === undefined) return { state: 'present', size: answer.size };
      return flaw.state === 'absent' ? ABSENT : UNKNOWN;
    }
    case 404:
    case 410:
      return ABSENT;
    case 403:
      return forbidden === 'absent' || answer.unreadable !== undefined ? ABSENT : UNKNOWN;
    case 405:
    case 409:
      return answer.unreadable === undefined ? UNKNOWN : ABSENT;
    case 416:
      return ofNoRange(answer, digest);
    default:
      return UNKNOWN;
  }
}

/** An empty object has no first byte (RFC 9110 §14.4): `check: range` is answered 416 there. */
function ofNoRange({ size }: StatusAnswer, digest: string): CheckResult {
  if (size !== 0) return UNKNOWN;
  return isEmptyBlob(digest) ? EMPTY : ABSENT;
}

/**
 * Whether an upstream has the content that it was asked for. A redirect leads to its bytes; a refusal, a limit, a failure,
 * or an answer that cannot be that content says nothing about it (docs/reference/request-handling.md, R9a and R12a).
 */
export function presenceAtUpstream(answer: StoreAnswer, digest: string): PresenceState {
  if (answer.kind !== 'status') return 'unknown';
  switch (answer.status) {
    case 200:
    case 302:
    case 303:
    case 307:
      return flawOf(answer, digest) === undefined ? 'present' : 'unknown';
    case 404:
    case 410:
      return 'absent';
    default:
      return 'unknown';
  }
}

/** What the answer tells the store's breaker. */
export function observationOf(answer: StoreAnswer): Observation {
  switch (answer.kind) {
    case 'status':
      return classifyStatus(answer.status);
    case 'failure':
      return 'failure';
    case 'nothing':
      return 'nothing';
  }
}
