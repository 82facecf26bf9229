import { type HeaderFields, fieldOf } from './header-fields.ts';

/**
 * Storage classes, in upper case and by header field, whose objects answer 200 to HEAD but refuse GET until they are
 * restored. Excludes classes with instant retrieval (S3 `GLACIER_IR`, all of Google's).
 *
 * S3 (HeadObject), and IBM's and Huawei's answers in its words; Alibaba OSS, Tencent COS, Huawei OBS, Volcengine TOS,
 * Baidu BOS.
 */
const ARCHIVE_CLASSES: Readonly<Record<string, readonly string[]>> = {
  'x-amz-storage-class': ['GLACIER', 'DEEP_ARCHIVE', 'ACCELERATED'],
  'x-oss-storage-class': ['ARCHIVE', 'COLDARCHIVE', 'DEEPCOLDARCHIVE'],
  'x-cos-storage-class': ['ARCHIVE', 'DEEP_ARCHIVE'],
  'x-cos-storage-tier': ['ARCHIVE', 'DEEP_ARCHIVE'],
  'x-obs-storage-class': ['COLD', 'DEEP_ARCHIVE'],
  'x-tos-storage-class': ['ARCHIVE', 'COLD_ARCHIVE', 'DEEP_COLD_ARCHIVE'],
  'x-bce-storage-class': ['ARCHIVE'],
};

const RESTORE_FIELDS = /-storage-(?:class|tier)$/;

/** Other fields that say that an object cannot be read, and their values. */
const UNREADABLE: Readonly<Record<string, RegExp>> = {
  // S3 Intelligent-Tiering: the archive access tiers
  'x-amz-archive-status': /^(?:DEEP_)?ARCHIVE_ACCESS$/i,
  // Azure; a blob that is being rehydrated stays in the archive tier until that is done
  'x-ms-access-tier': /^archive$/i,
  'x-ms-archive-status': /^rehydrate-pending/i,
  'x-ms-error-code': /^(?:BlobArchived|BlobBeingRehydrated)$/i,
  // Oracle; `Restored` can be read
  'archival-state': /^(?:archived|restoring)$/i,
  'x-amz-delete-marker': /^true$/i,
  'x-oss-delete-marker': /^true$/i,
  'x-cos-delete-marker': /^true$/i,
  'x-obs-delete-marker': /^true$/i,
  'x-tos-delete-marker': /^true$/i,
};

/** Whether a copy is restored: `ongoing-request="false", expiry-date="…"`, and the date is after the answer's. */
function isRestored(restore: string | undefined, date: string | undefined): boolean {
  if (restore === undefined || !/ongoing-request\s*=\s*"?false"?/i.test(restore)) return false;
  const expiry = /expiry-date\s*=\s*"([^"]*)"/i.exec(restore)?.[1] ?? '';
  return !(Date.parse(expiry) <= Date.parse(date ?? ''));
}

/** The field that says that the object cannot be read now, because it is archived or deleted; undefined if there is none. */
export function unreadableBy(headers: HeaderFields): string | undefined {
  for (const [field, classes] of Object.entries(ARCHIVE_CLASSES)) {
    const value = fieldOf(headers, field);
    if (value === undefined || !classes.includes(value.toUpperCase())) continue;
    const restore = fieldOf(headers, field.replace(RESTORE_FIELDS, '-restore'));
    if (!isRestored(restore, fieldOf(headers, 'date'))) return `${field}: ${value}`;
  }
  for (const [field, values] of Object.entries(UNREADABLE)) {
    const value = fieldOf(headers, field);
    if (value !== undefined && values.test(value)) return `${field}: ${value}`;
  }
  return undefined;
}
