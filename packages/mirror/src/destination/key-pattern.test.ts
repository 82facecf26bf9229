import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileKeyPattern } from './key-pattern.ts';

const TEMPLATES = [
  'containers/images/{digest}',
  '{digest}',
  'docker/registry/v2/blobs/{algorithm}/{hex:2}/{hex}/data',
  'a.b/{hex:2}/{hex}',
  'x-{algorithm}-{hex}',
];

test('every key maps back to its digest', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TEMPLATES),
      fc.stringMatching(/^[0-9a-f]{64}$/),
      (template, hex) => {
        const { keyOf, digestOf, prefix } = compileKeyPattern(template);
        const digest = `sha256:${hex}`;
        const key = keyOf(digest);
        assert.equal(digestOf(key), digest);
        assert.ok(key.startsWith(prefix));
        for (const other of [`x${key}`, `${key}x`, key.slice(0, -1), key.toUpperCase()])
          assert.equal(digestOf(other), undefined, other);
      },
    ),
  );
});

test('other keys are not blobs, and the prefix covers all blobs', () => {
  const { digestOf, prefix } = compileKeyPattern('a.b/{hex:2}/{hex}');
  const hex = 'ab'.repeat(32);
  assert.equal(digestOf(`a.b/ab/${hex}`), `sha256:${hex}`);
  assert.equal(digestOf(`a.b/cd/${hex}`), undefined);
  assert.equal(digestOf(`axb/ab/${hex}`), undefined);
  assert.equal(prefix, 'a.b/');
  assert.equal(compileKeyPattern('x/y-{hex}').prefix, 'x/');
});
