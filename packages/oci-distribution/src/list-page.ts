/** Entries to ask for at once: distribution's own limit, unless it is set to less. */
export const LIST_PAGE_SIZE = 1000;

/** What registries answer where `n` asks for more than they give at once. */
export const PAGE_SIZE_REFUSALS: readonly number[] = Object.freeze([400, 413, 416, 422]);

/**
 * Where a list goes on after a page without a `Link` to the next one.
 *
 * - `end`: the page has fewer entries than were asked for, or more, so that it cannot have been cut there.
 * - `ignored`: the page ends where it was to begin: the registry does not know `last`. Without `n` it gives all.
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
