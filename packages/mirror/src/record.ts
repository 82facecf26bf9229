/** Where a destination keeps what the mirror itself remembers. */
export const RECORDS_PREFIX = 'archeio/mirrored/';
/** The same for tags that never move. */
export const TAGS_PREFIX = 'archeio/tags/';
/** What gc has seen without a manifest, and since when. */
export const UNREFERENCED_KEY = 'archeio/unreferenced.json';

/**
 * The name of the record that a manifest, with all it needs, is in a destination.
 *
 * @param suffix says for which platforms, where it is not all of an index
 */
export function recordKey(digest: string, suffix = ''): string {
  return `${RECORDS_PREFIX}${digest}${suffix}`;
}

/** The name of the record that a tag which never moves is in a destination. */
export function tagKey(repository: string, tag: string, suffix = ''): string {
  return `${TAGS_PREFIX}${repository}/${tag}${suffix}`;
}
