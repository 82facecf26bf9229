/**
 * An observation of a backend: it answered, it failed, or the result is inconclusive (a timeout that a frozen process
 * noticed late).
 */
export type Observation = 'answer' | 'failure' | 'nothing';

/**
 * What an HTTP status says about a backend: 5xx and 429 (RFC 6585 §4) are failures. All others are answers, including
 * 403 and 404: a backend that refuses, or that lacks the blob, works.
 */
export function classifyStatus(status: number): Observation {
  return status >= 500 || status === 429 ? 'failure' : 'answer';
}
