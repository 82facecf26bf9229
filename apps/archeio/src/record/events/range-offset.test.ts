import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rangeOffset } from './range-offset.ts';

test('the first byte of one range, or 0', () => {
  for (const [range, size, offset] of [
    [undefined, 100, 0],
    ['bytes=0-', 100, 0],
    ['bytes=5-', 100, 5],
    ['bytes=5-9', -1, 5],
    ['Bytes=5-5', 100, 5],
    [' bytes=5- ', 100, 5],
    ['bytes=-30', 100, 70],
    ['bytes=-300', 100, 0],
    ['bytes=-30', -1, 0],
    ['bytes=9-5', 100, 0],
    ['bytes=5-9,20-', 100, 0],
    ['bytes=', 100, 0],
    ['bytes=-', 100, 0],
    ['items=5-', 100, 0],
    ['bytes=5-, bytes=6-', 100, 0],
    ['bytes=999999999999999999999-', 100, 0],
  ] as const)
    assert.equal(rangeOffset(range, size), offset, `${range} of ${size}`);
});

test('any text gives a whole number', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/)),
      fc.integer({ min: -1, max: 1e9 }),
      (range, size) => {
        const offset = rangeOffset(range, size);
        assert.ok(Number.isSafeInteger(offset) && offset >= 0);
      },
    ),
  );
});
