import { type HeaderFields, fieldOf } from './header-fields.ts';

/**
 * Storage classes whose objects are answered 200 to HEAD and refused to GET until they are restored, in upper case, by
 * the header field that names the class. Classes with instant retrieval (S3 `GLACIER_IR`, all of Google's) are not
 * among them.
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

/** Fields that are only there while an object cannot be read, by the values that say so. */
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

/** Whether a copy is restored: `ongoing-request="false", expiry-date="…"`, not past the answer's own date. */
function isRestored(restore: string | undefined, date: string | undefined): boolean {
  if (restore === undefined || !/ongoing-request\s*=\s*"?false"?/i.test(restore)) return false;
  const expiry = /expiry-date\s*=\s*"([^"]*)"/i.exec(restore)?.[1] ?? '';
  return !(Date.parse(expiry) <= Date.parse(date ?? ''));
}

/** By which field an answer says that its object cannot be read now: archived, or deleted; undefined if by none. */
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
