import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff, retryAfter } from './backoff.ts';
import { Pacer } from './pacer.ts';
import type { Timing } from './timing.ts';

/** Time that moves when it is slept through. */
function timingOf(random = 0.5): Timing & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    date: () => Date.UTC(2026, 0, 1) + now,
    random: () => random,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

test('waits double up to half a minute, and are any time below that', () => {
  const highest = [1, 2, 3, 7, 20].map((failures) => backoff(timingOf(1), failures));
  assert.deepEqual(highest, [1000, 2000, 4000, 30_000, 30_000]);
  assert.equal(backoff(timingOf(0), 3), 0);
});

test('Retry-After in seconds or as a date, ten minutes at most', () => {
  const timing = timingOf();
  assert.equal(retryAfter('2', timing), 2000);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:00:03 GMT', timing), 3000);
  assert.equal(retryAfter('Wed, 31 Dec 2025 23:59:00 GMT', timing), 0);
  assert.equal(retryAfter('86400', timing), 600_000);
  for (const header of [null, '', 'soon']) assert.equal(retryAfter(header, timing), undefined);
});

test('a pace is kept, in the order in which it is asked for, and nobody passes a pause', async () => {
  const timing = timingOf();
  const pacer = new Pacer(timing, 10);
  await pacer.take();
  await pacer.take();
  await pacer.take(5);
  await pacer.take();
  assert.deepEqual(timing.slept, [100, 100, 500]);
  pacer.pause(3000);
  await pacer.take();
  assert.equal(timing.slept.at(-1), 3000);
});

test('no pace: only a pause holds anything back', async () => {
  const timing = timingOf();
  const pacer = new Pacer(timing, 0);
  await pacer.take(1e9);
  await pacer.take();
  assert.deepEqual(timing.slept, []);
  pacer.pause(1000);
  await pacer.take();
  await pacer.take();
  assert.deepEqual(timing.slept, [1000]);
});
