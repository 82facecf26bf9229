import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isName, NAME_MAX_LENGTH } from './name.ts';

const GRAMMAR =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

test('isName agrees with the regular expression of the distribution-spec', () => {
  const pieces = fc.constantFrom(
    'a',
    '0',
    'z9',
    '.',
    '_',
    '__',
    '-',
    '--',
    '/',
    'A',
    '..',
    '%',
    ' ',
    '\u0000',
    'é',
  );
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')) },
    fc.string(),
  );
  fc.assert(
    fc.property(text, (name) => {
      assert.equal(isName(name), name.length <= NAME_MAX_LENGTH && GRAMMAR.test(name));
    }),
    { numRuns: 20_000 },
  );
});

test('isName checks only the given part of a text', () => {
  assert.equal(isName('/v2/a/b/manifests/x', 4, 7), true);
  assert.equal(isName('/v2/a_', 4, 6), false);
  assert.equal(isName('/v2/a__b', 4, 6), false);
  assert.equal(isName('abc', 2, 2), false);
  assert.equal(isName('a--b', 0, 3), false);
});

test('a name has at most 255 characters', () => {
  assert.equal(isName('a'.repeat(255)), true);
  assert.equal(isName('a'.repeat(256)), false);
  assert.equal(isName('a'.repeat(8192)), false);
});
