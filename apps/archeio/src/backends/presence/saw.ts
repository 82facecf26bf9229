import type { StoreAnswer } from '../client/store-checker.ts';

/** What a backend answered in words, for the log. */
export function sawOf(answer: StoreAnswer): string {
  switch (answer.kind) {
    case 'status':
      return `status ${answer.status}`;
    case 'failure':
      return answer.detail ?? answer.reason;
    case 'nothing':
      return answer.kind;
  }
}
