import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Content, contentKey, contentKeys, contentOf } from './content-keys.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const HEX = '0123456789abcdef'.repeat(4);

const kind = fc.constantFrom<Content['kind']>('manifest', 'blob');
const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,3}$/);
const digest = fc
  .tuple(fc.constantFrom('sha256:', 'sha512:', 'blake3:'), fc.stringMatching(/^[0-9a-f]{64}$/))
  .map(([algorithm, hex]) => algorithm + (algorithm === 'sha512:' ? hex + hex : hex));

/** The words that the definition gives: the digest, then SHA-256 of kind and name. */
function slowWords(kindOf: Content['kind'], nameOf: string, digestOf: string): string {
  const text = (kindOf === 'manifest' ? 'm' : 'b') + nameOf;
  return digestOf.slice(7) + sha256(text);
}

test('a key says what it was made of, and is written whole, whatever names came before', () => {
  const keys = contentKeys(1000, sha256);
  fc.assert(
    fc.property(kind, name, digest, (kindOf, nameOf, digestOf) => {
      const key = contentKey(kindOf, nameOf, digestOf);
      assert.deepEqual(contentOf(key), { kind: kindOf, name: nameOf, digest: digestOf });
      const index = keys.classOf(key);
      assert.equal(index, ['sha256:', 'sha512:', 'blake3:'].indexOf(digestOf.slice(0, 7)));
      for (let time = 0; time < 2; time++) {
        const words = new Uint32Array(keys.classes[index].words);
        keys.write(key, words);
        const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
        assert.equal(hex, slowWords(kindOf, nameOf, digestOf));
      }
    }),
  );
});

test('more names than are kept are still told apart', () => {
  const keys = contentKeys(100, sha256);
  const words = new Uint32Array(16);
  const seen = new Set<string>();
  for (let turn = 0; turn < 2; turn++) {
    for (let at = 0; at < 1500; at++) {
      keys.write(contentKey('blob', `name${at}`, `sha256:${HEX}`), words);
      seen.add(words.join());
    }
  }
  assert.equal(seen.size, 1500);
});

test('what cannot be remembered has no class: an opaque digest, and in a small memory all but sha256', () => {
  const large = contentKeys(1000, sha256);
  assert.deepEqual(
    large.classes.map(({ words, entries }) => [words, entries]),
    [
      [16, 876],
      [24, 62],
      [16, 62],
    ],
  );
  assert.equal(large.classOf(contentKey('blob', 'a', 'md5:x')), -1);
  assert.equal(large.classOf(contentKey('blob', 'a', `sha256:${HEX}0`)), -1);
  const small = contentKeys(3, sha256);
  assert.deepEqual(small.classes, [{ words: 16, entries: 3 }]);
  assert.equal(small.classOf(contentKey('blob', 'a', `sha512:${HEX}${HEX}`)), -1);
});
