/** A table that old misses about one address in a hundred (docs/internals/decisions/0006-fresh-ranges.md), days. */
export const OLD_DAYS = 30;

const DAY = 86_400_000;

/**
 * Whole days since the last moment at which a list was known to be its provider's; null where there is none.
 *
 * @param now milliseconds since 1970
 */
export function ageDays({ asOf }: { readonly asOf: string | null }, now: number): number | null {
  return asOf === null ? null : Math.max(0, Math.floor((now - Date.parse(asOf)) / DAY));
}
