import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryParseSize } from './size.ts';

test('sizes are read with their units', () => {
  for (const [text, bytes] of [
    ['0B', 0],
    ['1B', 1],
    ['64KiB', 65_536],
    ['5MiB', 5 * 1024 * 1024],
    ['1GiB', 1024 ** 3],
    ['2TiB', 2 * 1024 ** 4],
  ] as const)
    assert.equal(tryParseSize(text), bytes, text);
});

test('anything else is not a size', () => {
  for (const text of ['', '1', 'KiB', '1 KiB', '1kB', '1kib', '-1B', '1.5GiB', '999999999TiB'])
    assert.equal(tryParseSize(text), undefined, text);
});
