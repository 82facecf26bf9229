import type { KnownRangesStatus } from './known-ranges.ts';

/** Days; older ranges lack about one address in a hundred (docs/internals/decisions/0006-fresh-ranges.md). */
export const OLD_DAYS = 30;

/** Milliseconds. */
export const DAY = 86_400_000;

/**
 * Whole days since a list was last known to be its provider's; null without a list.
 *
 * @param now milliseconds since 1970
 */
export function ageDays({ asOf }: Pick<KnownRangesStatus, 'asOf'>, now: number): number | null {
  return asOf === null ? null : Math.max(0, Math.floor((now - Date.parse(asOf)) / DAY));
}

/** A list in use, for the log; null without a list. @param now milliseconds since 1970 */
export function listInUse(status: KnownRangesStatus | undefined, now: number) {
  if (status === undefined || status.from === null) return null;
  const { from, date, asOf } = status;
  return { from, date, asOf, ageDays: ageDays(status, now) };
}
