import { classifyStatus, type Observation } from '@archeio/backend-health';
import { isEmptyBlob } from '@archeio/oci-distribution';
import { flawOf } from './flaw.ts';
import type { StatusAnswer, StoreAnswer } from './store-checker.ts';

/** Whether a store has a blob, as far as its answer tells. */
export interface BlobPresence {
  readonly state: 'present' | 'absent' | 'unknown';
  /** Bytes, −1 where it is not known. */
  readonly size: number;
}

/** What 403 means at a store: S3 answers it for a missing key to those who may not list the bucket. */
export interface ForbiddenMeaning {
  readonly forbidden: 'absent' | 'unknown';
}

const ABSENT: BlobPresence = Object.freeze({ state: 'absent', size: -1 });
const UNKNOWN: BlobPresence = Object.freeze({ state: 'unknown', size: -1 });
const EMPTY: BlobPresence = Object.freeze({ state: 'present', size: 0 });

/** Whether the store has the blob (docs/reference/request-handling.md, presence of a blob). */
export function presenceOf(
  answer: StoreAnswer,
  digest: string,
  { forbidden }: ForbiddenMeaning,
): BlobPresence {
  if (answer.kind !== 'status') return UNKNOWN;
  switch (answer.status) {
    case 200:
    case 206: {
      const state = flawOf(answer, digest)?.state ?? 'present';
      return state === 'present'
        ? { state, size: answer.size }
        : state === 'absent'
          ? ABSENT
          : UNKNOWN;
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
function ofNoRange({ size }: StatusAnswer, digest: string): BlobPresence {
  if (size !== 0) return UNKNOWN;
  return isEmptyBlob(digest) ? EMPTY : ABSENT;
}

/** What the breaker learns: that the store works, that it does not, or nothing. Other 4xx are answers. */
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
