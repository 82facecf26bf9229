import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JudgingQuestion, whyUnjudged } from './judging.ts';
import { recordKey, sourceKey, tagKey } from './record.ts';

const ask = (records: readonly string[], more: Partial<JudgingQuestion> = {}) =>
  whyUnjudged({ source: 's', records, hasBlobs: true, adoptsOlder: false, ...more });

const own = [sourceKey('s'), recordKey('s', 'sha256:ab'), tagKey('s', 'a', 'v1')];

test('a destination of one source is judged by that source', () => {
  assert.equal(ask(own), undefined);
  // Whatever is left of a source that is not mirrored there any more.
  assert.equal(ask([...own, recordKey('t', 'sha256:ab')]), undefined);
  assert.equal(ask([], { hasBlobs: false }), undefined);
});

test('a destination of several sources is judged by none', () => {
  const other = { why: 'other sources', sources: ['t'] };
  assert.deepEqual(ask([...own, sourceKey('t')]), other);
  assert.deepEqual(ask([sourceKey('t')], { hasBlobs: false, adoptsOlder: true }), other);
});

test('blobs where the source has never been mirrored are not judged', () => {
  assert.deepEqual(ask([]), { why: 'never mirrored' });
  assert.deepEqual(ask(['archeio/mirrored/sha256:ab'], { adoptsOlder: true }), {
    why: 'never mirrored',
  });
});

test('records of an earlier version may be of any source, unless somebody says whose they are', () => {
  const older = [...own, 'archeio/mirrored/sha256:ab', 'archeio/tags/a/v1'];
  assert.deepEqual(ask(older), { why: 'older records', count: 2 });
  assert.equal(ask(older, { adoptsOlder: true }), undefined);
});
