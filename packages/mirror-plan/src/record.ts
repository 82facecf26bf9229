/** Where a destination keeps what the mirror itself remembers: of manifests. */
export const RECORDS_PREFIX = 'archeio/mirrored/';
/** The same of tags that never move. */
export const TAGS_PREFIX = 'archeio/tags/';
/** The same of the sources that have been mirrored into it. */
export const SOURCES_PREFIX = 'archeio/sources/';
/** What gc has seen without a manifest, and since when. */
export const UNREFERENCED_KEY = 'archeio/unreferenced.json';

/** No repository's name and no digest begins with it; records of earlier versions name no source. */
const MARK = '@';

/**
 * The name of the record that a source has been mirrored into a destination.
 *
 * @param source names the source, without a slash
 */
export function sourceKey(source: string): string {
  return `${SOURCES_PREFIX}${MARK}${source}`;
}

/**
 * The name of the record that a manifest of a source, with all it needs, is in a destination.
 *
 * @param suffix says for which platforms, where it is not all of an index
 */
export function recordKey(source: string, digest: string, suffix = ''): string {
  return `${RECORDS_PREFIX}${MARK}${source}/${digest}${suffix}`;
}

/**
 * The name of the record that a tag of a source which never moves is in a destination. The last part of the key is no
 * part of any repository's name: in a directory no record is where another one's directory is.
 */
export function tagKey(source: string, repository: string, tag: string, suffix = ''): string {
  return `${TAGS_PREFIX}${MARK}${source}/${repository}/${MARK}${tag}${suffix}`;
}

/** The source of a record of any kind; undefined for one of an earlier version, which does not name it. */
export function sourceOfRecord(key: string): string | undefined {
  for (const prefix of [RECORDS_PREFIX, TAGS_PREFIX, SOURCES_PREFIX]) {
    const begin = `${prefix}${MARK}`;
    if (key.startsWith(begin)) return key.slice(begin.length).split('/', 1)[0];
  }
  return undefined;
}

/**
 * The record of a source that says what the record of an earlier version says, of a manifest; undefined for all others.
 * Whose tag an earlier version's record of a tag is nobody can say. One for some platforms does not hold: earlier
 * versions did not find a platform that an index spells in another way.
 */
export function renewedKey(older: string, source: string): string | undefined {
  if (!older.startsWith(RECORDS_PREFIX) || sourceOfRecord(older) !== undefined) return undefined;
  if (older.includes('+')) return undefined;
  return recordKey(source, older.slice(RECORDS_PREFIX.length));
}
