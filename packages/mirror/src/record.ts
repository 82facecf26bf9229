/** Where a destination keeps what the mirror itself remembers. */
export const RECORDS_PREFIX = 'archeio/mirrored/';
/** The same for tags that never move. */
export const TAGS_PREFIX = 'archeio/tags/';
/** Since when blobs have been without a manifest. */
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

/** The manifest's digest of a record; undefined where the key is of no manifest's record. */
export function digestOfRecord(key: string): string | undefined {
  if (!key.startsWith(RECORDS_PREFIX)) return undefined;
  const plus = key.indexOf('+', RECORDS_PREFIX.length);
  return key.slice(RECORDS_PREFIX.length, plus < 0 ? undefined : plus);
}
