import type { PullToken } from '@archeio/redirect';

/** Distinguishes our tokens from those of others, which may be secrets. */
const PREFIX = 'archeio-';

/** Authorization schemes are case-insensitive (RFC 9110 §11.1). */
const BEARER = /^bearer +[^ ]/i;
const PULL = /^[Bb][Ee][Aa][Rr][Ee][Rr] +archeio-([0-9a-f]{32})$/;

/** A token's lifetime in seconds: longer than most pulls. Clients then fetch another. */
const LIFETIME = 3600;

/**
 * A token with this pull ID.
 *
 * @param pullId 128 random bits as 32 lower-case hexadecimal digits
 * @param now milliseconds since 1970
 */
export function makePullToken(pullId: string, now: number): PullToken {
  return { value: PREFIX + pullId, issuedAt: new Date(now).toISOString() };
}

/** The body of an answer with a token, as the distribution project's token authentication specifies it. */
export function tokenBody({ value, issuedAt }: PullToken): string {
  const body = { token: value, access_token: value, expires_in: LIFETIME, issued_at: issuedAt };
  return `${JSON.stringify(body)}\n`;
}

/** Whether a request has a Bearer token, of Archeio or of another server. */
export function hasBearerToken(authorization: string | undefined): boolean {
  return authorization !== undefined && BEARER.test(authorization);
}

/**
 * The pull ID in a request's Authorization; undefined if it has no token of Archeio.
 *
 * @param authorization all lines, joined with commas
 */
export function pullIdOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : PULL.exec(authorization)?.[1];
}
