import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHexWords } from './keys.ts';

test('hexadecimal digits are read as words, from the start index', () => {
  const words = new Uint32Array(2);
  readHexWords('sha256:0123456789abcdef', 7, words);
  assert.deepEqual([...words], [0x01234567, 0x89abcdef]);
});

test('every word is read back from its digits', () => {
  fc.assert(
    fc.property(
      fc.uint32Array({ minLength: 1, maxLength: 16 }),
      fc.string(),
      (expected, before) => {
        const digits = [...expected].map((word) => word.toString(16).padStart(8, '0')).join('');
        const words = new Uint32Array(expected.length);
        readHexWords(before + digits, before.length, words);
        assert.deepEqual(words, expected);
      },
    ),
  );
});

test('too few digits, and anything but lower-case digits, are refused', () => {
  for (const text of ['0123456', '0123456A', '0123456g', '/1234567', '012345ä7', '0123４567', '']) {
    assert.throws(() => readHexWords(text, 0, new Uint32Array(1)), {
      name: 'RangeError',
      message: `cannot read key "${text}": must have 8 lower-case hexadecimal digits from index 0`,
    });
  }
});
