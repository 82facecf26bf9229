import { type Decision, withRequestId } from '@archeio/redirect';
import type { Incoming } from './incoming.ts';

/** Name of the header that carries the ID of a request, as answers spell it. */
export const REQUEST_ID_FIELD = 'X-Request-ID';

/** An ID that is safe to repeat in headers and logs. */
const LEGAL_ID = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * The ID of a request: its own, if that is safe to repeat, otherwise a new one.
 *
 * @param given all lines of its X-Request-ID, joined with commas; undefined without one
 */
export function requestIdOf(given: string | undefined, create: () => string): string {
  return given !== undefined && LEGAL_ID.test(given) ? given : create();
}

/** A redirect with the ID of its request, if the request has one and the backend wants it. */
export function withRid(decision: Decision, { requestId }: Incoming): Decision {
  const { backend, location } = decision;
  if (requestId === undefined || location === undefined || backend?.rid !== true) return decision;
  return { ...decision, location: withRequestId(location, requestId) };
}
