import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-07-29T07:00:00Z');

for (const [field, expected] of [
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0', 0],
  [' 120 ', 120_000],
  ['99999999999', 86_400_000],
  ['9'.repeat(400), 86_400_000],
  // opensearch-project/data-prepper#6928; `Date.parse` accepts all of these as dates.
  ['1.5', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['1e3', undefined],
  ['5s', undefined],
  ['1, 2', undefined],
  ['2026-07-29', undefined],
  ['2026-07-29T07:01:00Z', undefined],
  ['Wed, 29 Jul 2026 07:01:00 GMT', 60_000],
  ['Wed, 29 Jul 2026 06:00:00 GMT', 0],
  ['Wed, 29 Jul 2036 06:00:00 GMT', 86_400_000],
  ['Wednesday, 29-Jul-26 07:01:00 GMT', 60_000],
  ['Wed Jul 29 07:01:00 2026', 60_000],
  ['Sat Aug  1 07:00:00 2026', 86_400_000],
  ['Wed, 29 Foo 2026 07:01:00 GMT', undefined],
  ['Wed, 29 anF 2026 07:01:00 GMT', undefined],
  ['Wed, 29 Jul 2026 07:01:00 CET', undefined],
] as const) {
  test(`Retry-After: ${field?.slice(0, 40)} is ${expected} ms`, () => {
    assert.equal(retryAfter(field, NOW), expected);
  });
}
