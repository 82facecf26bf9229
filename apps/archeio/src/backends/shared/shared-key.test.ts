import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedKey, sharedPrefix } from './shared-key.ts';

const HEX = '0123456789abcdef'.repeat(4);

test('a key is the format, the hash of the identity, the algorithm, and the whole digest', () => {
  const prefix = sharedPrefix(['https://bucket.example {digest}', 'head']);
  assert.equal(prefix.subarray(0, 2).toString(), 'a1');
  assert.equal(prefix.length, 10);
  const key = sharedKey(prefix, `sha256:${HEX}`);
  assert.equal(key?.length, 43);
  assert.equal(key?.toString('hex'), `${prefix.toString('hex')}32${HEX}`);
});

test('algorithms are told apart, and one that is not remembered has no key', () => {
  const prefix = sharedPrefix(['store']);
  const keys = [`sha256:${HEX}`, `blake3:${HEX}`, `sha512:${HEX}${HEX}`].map((digest) =>
    sharedKey(prefix, digest)?.toString('hex'),
  );
  assert.equal(new Set(keys).size, 3);
  for (const digest of ['sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564', 'sha256:xyz'])
    assert.equal(sharedKey(prefix, digest), undefined, digest);
});

test('identities whose parts differ have different keys, also if their text is the same', () => {
  const prefixes = [['a', 'b'], ['a b'], ['ab'], ['a', 'b', true], ['a', 'b', 'true']].map(
    (parts) => sharedPrefix(parts).toString('hex'),
  );
  assert.equal(new Set(prefixes).size, 5);
});
