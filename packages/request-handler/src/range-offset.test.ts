import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rangeOffset } from './range-offset.ts';

/** What a server would send for a range: its first byte, found byte by byte. */
function slow(first: number | undefined, last: number | undefined, size: number): number {
  for (let at = 0; at < size; at++) {
    if (first === undefined ? size - at <= last! : at >= first) return at;
  }
  return first ?? size;
}

const small = fc.nat(40);

test('a range counts from its first byte, a suffix range from the byte that it begins with', () => {
  fc.assert(
    fc.property(small, fc.option(small, { nil: undefined }), small, (first, length, size) => {
      const last = length === undefined ? '' : first + length;
      assert.equal(rangeOffset(`bytes=${first}-${last}`, size), slow(first, undefined, size));
      assert.equal(rangeOffset(`bytes=-${first}`, size), slow(undefined, first, size));
    }),
  );
});

test('without a range that can be used, it is 0', () => {
  assert.equal(rangeOffset(undefined, 10), 0);
  for (const range of [
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5',
    'bytes=5-4',
    'bytes=5-6,8-9',
    'bytes=5-, bytes=6-',
    'bytes=5-;',
    'bytes =5-',
    'bytes= 5-',
    'bytes=+5-',
    'bytes=5.0-',
    'bytes=0x5-',
    'items=5-',
    'bytes=５-',
  ])
    assert.equal(rangeOffset(range, 10), 0, range);
});

test('the unit has no case, and a suffix of content of unknown size begins anywhere', () => {
  assert.equal(rangeOffset('BYTES=5-', -1), 5);
  assert.equal(rangeOffset('bytes=-5', -1), 0);
});

test('a number of any length stays a safe integer', () => {
  for (const digits of [16, 30, 400, 8000]) {
    const offset = rangeOffset(`bytes=${'9'.repeat(digits)}-`, 10);
    assert.ok(Number.isSafeInteger(offset) && offset > 10, String(offset));
    assert.equal(rangeOffset(`bytes=-${'9'.repeat(digits)}`, 10), 0);
  }
});
