import type { StoreAnswer } from '../client/store-checker.ts';

/** The answer of a backend in a few words, for the log. */
export function summarizeAnswer(answer: StoreAnswer): string {
  switch (answer.kind) {
    case 'status':
      return `status ${answer.status}`;
    case 'failure':
      return answer.detail ?? answer.reason;
    case 'nothing':
      return answer.kind;
  }
}
