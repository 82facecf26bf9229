import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isEmptyBlob } from '@archeio/oci-distribution';
import { flawOf } from './flaw.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const OTHER = `sha256:${'cd'.repeat(32)}`;
const EMPTY = ['sha256', 'sha512'].map(
  (algorithm) => `${algorithm}:${createHash(algorithm).digest('hex')}`,
);
// The first of the official test vectors of BLAKE3, input_len 0.
const EMPTY_BLAKE3 = 'blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262';

test('the empty blob is known by its digests', () => {
  for (const digest of [...EMPTY, EMPTY_BLAKE3]) assert.ok(isEmptyBlob(digest), digest);
  for (const digest of [DIGEST, 'md5:d41d8cd98f00b204e9800998ecf8427e'])
    assert.ok(!isEmptyBlob(digest));
});

// project-zot/zot#4427
test('a length of 0 is that of the empty blob alone, and the empty blob has no other', () => {
  for (const digest of [...EMPTY, EMPTY_BLAKE3]) {
    assert.equal(flawOf({ size: 0 }, digest), undefined);
    assert.equal(flawOf({ size: -1 }, digest), undefined);
    assert.equal(flawOf({ size: 1 }, digest)?.state, 'absent');
  }
  assert.equal(flawOf({ size: 0 }, DIGEST)?.state, 'absent');
  assert.equal(flawOf({ size: 1 }, DIGEST), undefined);
  assert.equal(flawOf({ size: -1 }, DIGEST), undefined);
});

test('another digest is another blob, as far as the two can be compared', () => {
  assert.equal(flawOf({ size: 7, digest: DIGEST }, DIGEST), undefined);
  assert.deepEqual(flawOf({ size: 7, digest: OTHER }, DIGEST), {
    state: 'absent',
    why: `it names another digest, ${OTHER}`,
  });
  assert.equal(flawOf({ size: 7, digest: OTHER }, `blake3:${'ab'.repeat(32)}`), undefined);
});

test('an object that cannot be read is absent, and what may not be the object leaves it open', () => {
  assert.deepEqual(flawOf({ size: 7, unreadable: 'archival-state: Archived' }, DIGEST), {
    state: 'absent',
    why: 'it cannot be read now (archival-state: Archived)',
  });
  assert.deepEqual(flawOf({ size: 0, doubt: 'it is an HTML page' }, DIGEST), {
    state: 'unknown',
    why: 'it is an HTML page',
  });
});
