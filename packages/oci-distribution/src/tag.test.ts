import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSignatureTag, isTag } from './tag.ts';

test('isTag agrees with the regular expression of the distribution-spec', () => {
  const text = fc.oneof(
    fc
      .array(fc.constantFrom('a', 'Z', '7', '_', '.', '-', '+', ':', '/', '%', 'é'), {
        maxLength: 8,
      })
      .map((parts) => parts.join('')),
    fc.integer({ min: 126, max: 130 }).map((length) => 'v'.repeat(length)),
  );
  fc.assert(
    fc.property(text, (tag) => {
      assert.equal(isTag(tag), /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(tag));
    }),
    { numRuns: 10_000 },
  );
});

test('signature tags are bare or have any suffix', () => {
  const hex = '0123456789abcdef'.repeat(4);
  for (const tag of [
    `sha256-${hex}`,
    `sha512-${hex}`,
    `sha256-${hex}.sig`,
    `sha256-${hex}.att`,
    `sha256-${hex}.sbom`,
    `sha256-${hex}.`,
  ]) {
    assert.equal(isSignatureTag(tag), true, tag);
  }
  for (const tag of [
    'latest',
    `sha1-${hex}`,
    `sha256-${hex.slice(1)}`,
    `sha256-${hex}a`,
    `sha256-${hex.toUpperCase()}`,
    `sha256-${hex}-x`,
    `xsha256-${hex}`,
  ]) {
    assert.equal(isSignatureTag(tag), false, tag);
  }
});
