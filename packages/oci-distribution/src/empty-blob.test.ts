import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isEmptyBlob, mayHaveSize } from './empty-blob.ts';

const digestOf = (algorithm: string, text: string): string =>
  `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;

test('size 0 means the empty blob, and the reverse', () => {
  for (const algorithm of ['sha256', 'sha512']) {
    const [empty, other] = [digestOf(algorithm, ''), digestOf(algorithm, 'x')];
    assert.deepEqual([isEmptyBlob(empty), isEmptyBlob(other)], [true, false]);
    assert.deepEqual([mayHaveSize(empty, 0), mayHaveSize(empty, 1)], [true, false]);
    assert.deepEqual([mayHaveSize(other, 0), mayHaveSize(other, 1)], [false, true]);
  }
});

test('digests of opaque algorithms may have any size', () => {
  assert.deepEqual([mayHaveSize('sha384:00', 0), mayHaveSize('sha384:00', 1)], [true, true]);
});
