import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyingView } from './copying-view.ts';
import { Progress } from './progress.ts';

test('the view shows blobs, bytes, rate, time left, current repositories', () => {
  let now = 0;
  const sizes = [2 ** 20, 3 * 2 ** 20, undefined].map((size) => ({ size }));
  const progress = new Progress(sizes, () => now);
  const view = copyingView(progress);
  assert.equal(view.line(), '0/3 blobs, 0 B of 4.00 MiB, 0 B/s');
  for (const repository of ['a', 'b', 'b', 'c', 'd']) progress.begin(repository);
  progress.bytes = 2 ** 20;
  now = 2000;
  progress.end('a', false);
  progress.end('b', true);
  assert.equal(
    view.line(),
    '2/3 blobs, 1.00 MiB of 4.00 MiB, 512.0 KiB/s, 6s left, 1 failed, b, c, d',
  );
  assert.deepEqual(view.lines(100), [
    `blobs [${'█'.repeat(20)}${'░'.repeat(10)}] 2/3, 1 failed`,
    `bytes [${'█'.repeat(7)}${'░'.repeat(23)}] 1.00 MiB of 4.00 MiB, 512.0 KiB/s, 6s left`,
    '      b, c, d',
  ]);
  assert.deepEqual(view.lines(40), [
    `blobs [${'█'.repeat(7)}${'░'.repeat(4)}] 2/3, 1 failed`,
    `bytes [${'█'.repeat(2)}${'░'.repeat(9)}] 1.00 MiB of 4.00 MiB`,
    '      512.0 KiB/s, 6s left',
    '      b, c, d',
  ]);
  assert.deepEqual(view.lines(26), [
    'blobs 2/3, 1 failed',
    'bytes 1.00 MiB of 4.00 MiB',
    '      512.0 KiB/s, 6s left',
    '      b, c, d',
  ]);
});

test('nothing to do counts as done, and a long list of names is shortened', () => {
  const progress = new Progress([], () => 0);
  const view = copyingView(progress);
  assert.match(view.lines(80)[0] ?? '', /^blobs \[█{30}\] 0\/0$/);
  assert.equal(view.lines(80).length, 2, 'no line of names if there are none');
  for (const repository of ['a', 'b', 'c', 'd', 'e']) progress.begin(repository);
  assert.match(view.line(), /, a, b, c and 2 more$/);
});

test('no line is wider than the terminal, however narrow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: 0, max: 2 ** 50 })),
      fc.array(fc.string({ minLength: 1, maxLength: 300 })),
      (columns, sizes, names) => {
        const progress = new Progress(
          sizes.map((size) => ({ size })),
          () => 0,
        );
        for (const name of names) progress.begin(name);
        for (const line of copyingView(progress).lines(columns))
          assert.ok(line.length <= columns, `${columns}: ${line}`);
      },
    ),
  );
});
