import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestKeys } from './digest-keys.ts';

const HEX = '0123456789abcdef'.repeat(4);

test('each algorithm has a memory of its own, together as many entries as asked for', () => {
  const keys = digestKeys(1_000_000);
  assert.deepEqual(
    keys.classes.map(({ words }) => words),
    [8, 16, 8],
  );
  assert.equal(
    keys.classes.reduce((sum, { entries }) => sum + entries, 0),
    1_000_000,
  );
  assert.deepEqual(
    [`sha256:${HEX}`, `sha512:${HEX}${HEX}`, `blake3:${HEX}`, 'md5:x', `sha256:${HEX}0`].map(
      (digest) => keys.classOf(digest),
    ),
    [0, 1, 2, -1, -1],
  );
});

test('a small memory is for sha256 alone', () => {
  const keys = digestKeys(3);
  assert.deepEqual(keys.classes, [{ words: 8, entries: 3 }]);
  assert.equal(keys.classOf(`sha512:${HEX}${HEX}`), -1);
  assert.equal(keys.classOf(`sha256:${HEX}`), 0);
});

test('a digest is written whole', () => {
  const words = new Uint32Array(8);
  digestKeys(100).write(`sha256:${HEX}`, words);
  assert.equal([...words].map((word) => word.toString(16).padStart(8, '0')).join(''), HEX);
});
