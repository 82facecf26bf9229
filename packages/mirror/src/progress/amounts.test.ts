import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, formatBytes, formatSeconds } from './amounts.ts';

test('amounts are formatted for people', () => {
  assert.deepEqual(
    [0, 1023, 1024, 10.5 * 1024, 2 ** 60].map((bytes) => formatBytes(bytes)),
    ['0 B', '1023 B', '1.00 KiB', '10.5 KiB', '1024.0 PiB'],
  );
  assert.deepEqual(
    [0, 59.6, 61, 3599, 7500].map((seconds) => formatSeconds(seconds)),
    ['0s', '1m 00s', '1m 01s', '59m 59s', '2h 05m'],
  );
  assert.deepEqual([count(1, 'blob'), count(2, 'repository')], ['1 blob', '2 repositories']);
});
