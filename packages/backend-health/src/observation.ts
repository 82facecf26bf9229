/**
 * What was seen of a backend: it answered, it failed, or nothing can be said (a time-out that a
 * frozen process noticed late).
 */
export type Observation = 'answer' | 'failure' | 'nothing';

/**
 * What an HTTP status says about the backend that sent it: 5xx and 429 (RFC 6585 §4) are failures.
 * All others are answers, 403 and 404 among them: a backend that refuses or has not got it works.
 */
export function classifyStatus(status: number): Observation {
  return status >= 500 || status === 429 ? 'failure' : 'answer';
}
