import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JudgingQuestion, whyUnjudged } from './judging.ts';
import { recordKey, sourceKey, tagKey } from './record.ts';

const ask = (records: readonly string[], more: Partial<JudgingQuestion> = {}) =>
  whyUnjudged({ source: 's', records, hasBlobs: true, adoptsOlder: false, ...more });

const own = [sourceKey('s'), recordKey('s', 'sha256:ab'), tagKey('s', 'a', 'v1')];

test('gc may judge a destination that has one source', () => {
  assert.equal(ask(own), undefined);
  // Leftovers of a source that is no longer mirrored there.
  assert.equal(ask([...own, recordKey('t', 'sha256:ab')]), undefined);
  assert.equal(ask([], { hasBlobs: false }), undefined);
});

test('gc refuses to judge a destination that has several sources', () => {
  const other = { why: 'other sources', sources: ['t'] };
  assert.deepEqual(ask([...own, sourceKey('t')]), other);
  assert.deepEqual(ask([sourceKey('t')], { hasBlobs: false, adoptsOlder: true }), other);
});

test('blobs are not judged if the source was never mirrored there', () => {
  assert.deepEqual(ask([]), { why: 'never mirrored' });
  assert.deepEqual(ask(['archeio/mirrored/sha256:ab'], { adoptsOlder: true }), {
    why: 'never mirrored',
  });
});

test('records of an earlier version may belong to any source, unless they are adopted', () => {
  const older = [...own, 'archeio/mirrored/sha256:ab', 'archeio/tags/a/v1'];
  assert.deepEqual(ask(older), { why: 'older records', count: 2 });
  assert.equal(ask(older, { adoptsOlder: true }), undefined);
});
