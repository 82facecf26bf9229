import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-07-29T07:00:00Z');

for (const [field, expected] of [
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0', 0],
  ['120', 120_000],
  ['99999999999', 86_400_000],
  ['Wed, 29 Jul 2026 07:01:00 GMT', 60_000],
  ['Wed, 29 Jul 2026 06:00:00 GMT', 0],
] as const) {
  test(`Retry-After: ${field} is ${expected} ms`, () => {
    assert.equal(retryAfter(field, NOW), expected);
  });
}
