/** Key prefix of the mirror's records of manifests. */
const RECORDS_PREFIX = 'archeio/mirrored/';
/** Key prefix of records of tags that never move. */
const TAGS_PREFIX = 'archeio/tags/';
/** Key prefix of records of the sources that have been mirrored into a destination. */
export const SOURCES_PREFIX = 'archeio/sources/';
/** Key prefixes of all records. */
export const RECORD_PREFIXES: readonly string[] = [RECORDS_PREFIX, TAGS_PREFIX, SOURCES_PREFIX];
/** Key of the blobs that gc has seen unreferenced, and since when. */
export const UNREFERENCED_KEY = 'archeio/unreferenced.json';

/** Starts no repository name and no digest. Records of earlier versions name no source. */
const MARK = '@';

/**
 * Key of the record that a source has been mirrored into a destination.
 *
 * @param source source name, without a slash
 */
export function sourceKey(source: string): string {
  return `${SOURCES_PREFIX}${MARK}${source}`;
}

/**
 * Key of the record that a manifest of a source, with everything that it needs, is in a destination.
 *
 * @param suffix the selected platforms, if not all
 */
export function recordKey(source: string, digest: string, suffix = ''): string {
  return `${RECORDS_PREFIX}${MARK}${source}/${digest}${suffix}`;
}

/**
 * Key of the record that a tag which never moves is in a destination. The last component cannot be part of a repository
 * name, so that no record's file collides with another record's directory.
 */
export function tagKey(source: string, repository: string, tag: string, suffix = ''): string {
  return `${TAGS_PREFIX}${MARK}${source}/${repository}/${MARK}${tag}${suffix}`;
}

/** The source of a record; undefined for records of an earlier version, which do not name it. */
export function sourceOfRecord(key: string): string | undefined {
  for (const prefix of RECORD_PREFIXES) {
    const begin = `${prefix}${MARK}`;
    if (key.startsWith(begin)) return key.slice(begin.length).split('/', 1)[0];
  }
  return undefined;
}

/**
 * The record of a source that corresponds to an earlier version's record of a manifest; undefined for all others. The
 * owner of an earlier version's tag record is unknown. A record for some platforms does not hold: earlier versions
 * missed platforms that an index spells differently.
 */
export function renewedKey(older: string, source: string): string | undefined {
  if (!older.startsWith(RECORDS_PREFIX) || sourceOfRecord(older) !== undefined) return undefined;
  if (older.includes('+')) return undefined;
  return recordKey(source, older.slice(RECORDS_PREFIX.length));
}
