import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, tryParseDuration } from './duration.ts';

test('a number and a unit', () => {
  assert.equal(tryParseDuration('500ms'), 500);
  assert.equal(tryParseDuration('2s'), 2000);
  assert.equal(tryParseDuration('10m'), 600_000);
  assert.equal(tryParseDuration('24h'), 86_400_000);
  assert.equal(tryParseDuration('0s'), 0);
});

test('anything else is not a duration', () => {
  for (const text of ['', '5', 's', '-1s', '1.5s', '1 s', '1d', '1S', '1m30s', '9999999999ms'])
    assert.equal(tryParseDuration(text), undefined, text);
});

test('formats milliseconds in the largest unit that divides them', () => {
  for (const text of ['500ms', '2s', '90s', '10m', '24h', '25h'])
    assert.equal(formatDuration(tryParseDuration(text) ?? Number.NaN), text);
  assert.equal(formatDuration(86_400_000), '24h');
  assert.equal(formatDuration(1500), '1500ms');
});
