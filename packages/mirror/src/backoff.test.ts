import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff, patience } from './backoff.ts';
import { Pacer } from './pacer.ts';
import type { Timing } from './timing.ts';

/** A clock that advances while code sleeps. */
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

test('waits are random below a bound that doubles up to half a minute', () => {
  const highest = [1, 2, 3, 7, 20].map((failures) => backoff(timingOf(1), failures));
  assert.deepEqual(highest, [1000, 2000, 4000, 30_000, 30_000]);
  assert.equal(backoff(timingOf(0), 3), 0);
});

test('Retry-After is obeyed up to ten minutes, and never shortens our own wait', () => {
  const timing = timingOf(1);
  const of = (header: string | null, failures = 1) => {
    const { isSaid, wait } = patience(header, timing, failures);
    return isSaid ? wait : -wait;
  };
  assert.equal(of('2'), 2000);
  assert.equal(of('Thu, 01 Jan 2026 00:00:03 GMT'), 3000);
  assert.equal(of('86400'), 600_000);
  assert.equal(of('9'.repeat(30)), 600_000);
  assert.equal(of('2', 3), -4000);
  for (const header of [null, '', 'soon', '0', '1', '1.5', '-1', 'Wed, 31 Dec 2025 23:59:00 GMT'])
    assert.equal(of(header), -1000, String(header));
});

test('a pacer keeps the rate and the order of requests, and lets nothing pass a pause', async () => {
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

test('without a rate, only a pause delays requests', async () => {
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
