import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreadableBy } from './unreadable-object.ts';

const RESTORED = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2125 00:00:00 GMT"';
const RESTORING = 'ongoing-request="true"';
const DATE = 'Sat, 28 Nov 2026 09:00:00 GMT';

// s3fs-fuse/s3fs-fuse#139, localstack/localstack#10393: HEAD is answered 200, GET 403 InvalidObjectState
for (const [field, archived, readable] of [
  [
    'x-amz-storage-class',
    ['GLACIER', 'DEEP_ARCHIVE', 'glacier', 'ACCELERATED'],
    ['GLACIER_IR', 'STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', ''],
  ],
  ['x-oss-storage-class', ['Archive', 'ColdArchive', 'DeepColdArchive'], ['Standard', 'IA']],
  ['x-cos-storage-class', ['ARCHIVE', 'DEEP_ARCHIVE'], ['STANDARD_IA', 'MAZ_STANDARD']],
  ['x-cos-storage-tier', ['ARCHIVE', 'DEEP_ARCHIVE'], ['FREQUENT', 'INFREQUENT']],
  ['x-obs-storage-class', ['COLD', 'DEEP_ARCHIVE'], ['STANDARD', 'WARM']],
  ['x-tos-storage-class', ['ARCHIVE', 'COLD_ARCHIVE', 'DEEP_COLD_ARCHIVE'], ['ARCHIVE_FR', 'IA']],
  ['x-bce-storage-class', ['ARCHIVE'], ['COLD', 'STANDARD']],
  ['x-goog-storage-class', [], ['ARCHIVE', 'COLDLINE', 'NEARLINE']],
] as const) {
  const restore = field.replace(/-storage-(class|tier)/, '-restore');
  for (const value of archived) {
    test(`${field}: ${value} cannot be read until it is restored`, () => {
      assert.equal(unreadableBy({ [field]: value }), `${field}: ${value}`);
      assert.equal(unreadableBy({ [field]: value, [restore]: RESTORING }), `${field}: ${value}`);
      assert.equal(unreadableBy({ [field]: value, [restore]: 'no' }), `${field}: ${value}`);
      assert.equal(unreadableBy({ [field]: value, [restore]: RESTORED, date: DATE }), undefined);
      assert.equal(
        unreadableBy({ [field]: value, [restore]: 'ongoing-request="false"' }),
        undefined,
      );
      const expired = 'ongoing-request="false", expiry-date="Fri, 27 Nov 2026 00:00:00 GMT"';
      assert.equal(
        unreadableBy({ [field]: value, [restore]: expired, date: DATE }),
        `${field}: ${value}`,
      );
    });
  }
  for (const value of readable) {
    test(`${field}: ${value || 'empty'} can be read`, () => {
      assert.equal(unreadableBy({ [field]: value }), undefined);
    });
  }
}

for (const [field, unreadable, readable] of [
  ['x-amz-archive-status', ['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'], ['FREQUENT_ACCESS', '']],
  ['x-ms-access-tier', ['Archive', 'archive'], ['Hot', 'Cool', 'Cold', 'Premium', 'Smart']],
  [
    'x-ms-archive-status',
    ['rehydrate-pending-to-hot', 'rehydrate-pending-to-cool', 'rehydrate-pending-to-cold'],
    [''],
  ],
  ['x-ms-error-code', ['BlobArchived', 'BlobBeingRehydrated'], ['LeaseIdMissing']],
  ['archival-state', ['Archived', 'ARCHIVED', 'Restoring'], ['Restored']],
  ['x-amz-delete-marker', ['true', 'True'], ['false']],
  ['x-oss-delete-marker', ['true'], ['false']],
  ['x-cos-delete-marker', ['true'], ['false']],
  ['x-obs-delete-marker', ['true'], ['false']],
  ['x-tos-delete-marker', ['true'], ['false']],
] as const) {
  test(`${field} says whether an object can be read`, () => {
    for (const value of unreadable)
      assert.equal(unreadableBy({ [field]: value }), `${field}: ${value}`);
    for (const value of readable) assert.equal(unreadableBy({ [field]: value }), undefined);
  });
}

test('an answer without any of these fields says nothing against its object', () => {
  assert.equal(unreadableBy({ 'content-length': '7', etag: '"x"' }), undefined);
});
