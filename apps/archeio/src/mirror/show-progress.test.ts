import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, formatBytes, formatSeconds } from './amounts.ts';
import { Progress } from './progress.ts';
import { progressBars, progressLine } from './show-progress.ts';

test('what is shown: blobs, bytes, rate, time left, current repositories', () => {
  let now = 0;
  const sizes = [2 ** 20, 3 * 2 ** 20, undefined].map((size) => ({ size }));
  const progress = new Progress(sizes, () => now);
  assert.equal(progressLine(progress), '0/3 blobs, 0 B of 4.00 MiB, 0 B/s');
  for (const repository of ['a', 'b', 'b', 'c', 'd']) progress.begin(repository);
  progress.bytes = 2 ** 20;
  now = 2000;
  progress.end('a', false);
  progress.end('b', true);
  assert.equal(
    progressLine(progress),
    '2/3 blobs, 1.00 MiB of 4.00 MiB, 512.0 KiB/s, 6s left, 1 failed, b, c, d',
  );
  assert.equal(
    progressBars(progress),
    [
      `blobs [${'█'.repeat(20)}${'░'.repeat(10)}] 2/3, 1 failed`,
      `bytes [${'█'.repeat(7)}${'░'.repeat(23)}] 1.00 MiB of 4.00 MiB, 512.0 KiB/s, 6s left`,
      '      b, c, d',
    ].join('\n'),
  );
});

test('nothing to do is all done, and many names are not all told', () => {
  const progress = new Progress([], () => 0);
  assert.match(progressBars(progress), /^blobs \[█{30}\] 0\/0\n/);
  for (const repository of ['a', 'b', 'c', 'd', 'e']) progress.begin(repository);
  assert.match(progressLine(progress), /, a, b, c and 2 more$/);
});

test('amounts as people read them', () => {
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
