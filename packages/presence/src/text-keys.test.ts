import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textKeys } from './text-keys.ts';

const keys = textKeys(10);

function wordsOf(text: string): string {
  const words = new Uint32Array(keys.classes[0].words);
  keys.write(text, words);
  return words.join();
}

test('different texts produce different words', () => {
  const text = fc.string({ maxLength: 79, unit: 'binary' }).filter(({ length }) => length <= 79);
  fc.assert(
    fc.property(text, text, (one, other) =>
      assert.equal(wordsOf(one) === wordsOf(other), one === other),
    ),
  );
  const alike = ['', '\0', '\0\0', 'a', 'a\0', '\0a', 'x'.repeat(78), 'x'.repeat(79)];
  assert.equal(new Set(alike.map(wordsOf)).size, alike.length);
});

test('a text that is too long is not remembered', () => {
  assert.equal(keys.classOf('x'.repeat(79)), 0);
  assert.equal(keys.classOf('x'.repeat(80)), -1);
});
