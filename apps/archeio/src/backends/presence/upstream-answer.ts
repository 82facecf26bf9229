import type { PresenceState } from '@archeio/presence';
import { flawOf } from '../client/flaw.ts';
import type { StoreAnswer } from '../client/store-checker.ts';

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
