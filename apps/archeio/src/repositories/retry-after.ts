/** Whoever names a later time is believed this far; milliseconds. */
const LONGEST = 24 * 60 * 60 * 1000;

/**
 * How long a Retry-After header field says to wait (RFC 9110 §10.2.3), or `undefined` where it says nothing.
 *
 * @param now milliseconds since 1970, for a field that names a date
 * @returns milliseconds, from 0 to a day
 */
export function retryAfter(field: string | null, now: number): number | undefined {
  if (field === null) return undefined;
  const wait = /^\d+$/.test(field.trim()) ? Number(field) * 1000 : Date.parse(field) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST);
}
