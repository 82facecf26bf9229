/** Number of entries to request per page: distribution's own maximum, unless configured lower. */
export const LIST_PAGE_SIZE = 1000;

/** Statuses with which registries refuse an `n` above their maximum. */
export const PAGE_SIZE_REFUSALS: readonly number[] = Object.freeze([400, 413, 416, 422]);

/**
 * Where a list continues after a page without a `Link` to the next one.
 *
 * - `end`: the page does not have exactly the requested number of entries, so that it was not truncated there.
 * - `ignored`: the page ends where it should have begun: the registry does not support `last`. Without `n` it returns
 *   everything.
 *
 * distribution-spec 1.1, "Listing Tags": a `Link` is optional, and only the last page may have fewer than `n` entries.
 */
export type Continuation = 'end' | 'ignored' | { readonly url: string };

/** @param page URL of the page */
export function continuationOf(page: string, entries: readonly string[]): Continuation {
  const url = new URL(page);
  const asked = url.searchParams.get('n');
  const last = entries.at(-1);
  if (asked === null || last === undefined || entries.length !== Number(asked)) return 'end';
  if (url.searchParams.get('last') === last) return 'ignored';
  url.searchParams.set('last', last);
  return { url: url.href };
}
