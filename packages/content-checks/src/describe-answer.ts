import { flawOf } from './flaw.ts';
import type { StoreAnswer } from './answer.ts';

/** The result of asking about a digest, as part of a sentence: "it answered 403", "connection refused (…)". */
export function describeAnswer(answer: StoreAnswer, digest: string): string {
  switch (answer.kind) {
    case 'status': {
      const flaw = flawOf(answer, digest);
      return `it answered ${answer.status}${flaw === undefined ? '' : `, but ${flaw.why}`}`;
    }
    case 'failure':
      if (answer.reason === 'timeout') return 'it did not answer in time';
      return answer.reason === 'tls'
        ? `TLS failed (${answer.detail ?? 'no code'})`
        : (answer.detail ?? 'the connection failed');
    case 'nothing':
      return 'this process could not send the request';
  }
}

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
