import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestAlgorithm } from './digest.ts';

const hex = (length: number) => 'abcdef0123456789'.repeat(16).slice(0, length);

test('the registered algorithms must have their length and lower case', () => {
  assert.equal(digestAlgorithm(`sha256:${hex(64)}`), 'sha256');
  assert.equal(digestAlgorithm(`sha512:${hex(128)}`), 'sha512');
  assert.equal(digestAlgorithm(`blake3:${hex(64)}`), 'blake3');
  for (const [algorithm, length] of [
    ['sha256', 64],
    ['sha512', 128],
    ['blake3', 64],
  ] as const) {
    for (const wrong of [
      hex(length - 1),
      hex(length + 1),
      hex(length).toUpperCase(),
      '',
      `${hex(length - 1)}g`,
      `${hex(length - 1)}=`,
    ]) {
      assert.equal(digestAlgorithm(`${algorithm}:${wrong}`), undefined, `${algorithm}:${wrong}`);
    }
  }
});

test('any other algorithm is valid and opaque', () => {
  assert.equal(
    digestAlgorithm('multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8'),
    'other',
  );
  assert.equal(digestAlgorithm('sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564'), 'other');
  for (const wrong of [
    '',
    ':',
    'a:',
    ':b',
    'md5',
    'A:b',
    'a:b:c',
    'a++b:c',
    'a:b/c',
    'a:b?z',
    'sha256 :b',
    'a:é',
  ]) {
    assert.equal(digestAlgorithm(wrong), undefined, wrong);
  }
});

test('agrees with the grammar of the image-spec and the registered lengths', () => {
  const text = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('sha256', 'sha512', 'blake3', 'md5', 'a.b'),
        fc.integer({ min: 60, max: 130 }),
      )
      .map(([name, length]) => `${name}:${hex(length)}`),
    fc
      .array(fc.constantFrom('a', '1', '+', '.', '_', '-', ':', '=', 'F', '/'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (digest) => {
      const grammar = /^[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest);
      const known = /^(sha256|sha512|blake3):/.test(digest);
      const length = /^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}|blake3:[a-f0-9]{64})$/.test(
        digest,
      );
      assert.equal(digestAlgorithm(digest) !== undefined, grammar && (!known || length));
    }),
    { numRuns: 10_000 },
  );
});
