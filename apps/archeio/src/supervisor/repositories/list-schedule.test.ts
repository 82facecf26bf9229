import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ListSchedule } from './list-schedule.ts';

const EVERY = 600_000;

test('a list is due at the end of the interval, or up to a tenth of it earlier', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
      const schedule = new ListSchedule(EVERY, 5);
      assert.equal(schedule.due, 5);
      assert.equal(schedule.succeeded(10, 5, random), 'known');
      assert.ok(schedule.due <= 5 + EVERY && schedule.due >= 5 + 0.9 * EVERY);
      assert.equal(schedule.goodUntil, 5 + 3 * EVERY);
    }),
  );
});

test('retries after failures become rarer, but are never rarer than regular refreshes', () => {
  const schedule = new ListSchedule(EVERY, 0);
  const waits = Array.from({ length: 8 }, () => {
    schedule.failed(0, 0, -Infinity);
    return schedule.due / 1000;
  });
  assert.deepEqual(waits, [30, 60, 120, 240, 480, 600, 600, 600]);
  schedule.failed(0, 1, 3_600_000);
  assert.equal(schedule.due, 3_600_000);
  schedule.succeeded(1, 0, 0);
  schedule.failed(0, 0, 0);
  assert.equal(schedule.due, 30_000);
});

for (const [sizes, verdicts] of [
  [
    [100, 50, 25],
    ['known', 'known', 'known'],
  ],
  [
    [100, 49, 49],
    ['known', 'suspicious', 'known'],
  ],
  [
    [100, 49, 100],
    ['known', 'suspicious', 'known'],
  ],
  [
    [100, 40, 10, 10],
    ['known', 'suspicious', 'suspicious', 'known'],
  ],
  [
    [100, 0, 0, 3, 3],
    ['known', 'suspicious', 'suspicious', 'suspicious', 'known'],
  ],
  [
    [0, 0, 5],
    ['suspicious', 'suspicious', 'known'],
  ],
] as const) {
  test(`lists of ${sizes.join(', ')} names are ${verdicts.join(', ')}`, () => {
    const schedule = new ListSchedule(EVERY, 0);
    assert.deepEqual(
      sizes.map((size) => schedule.succeeded(size, 0, 0)),
      verdicts,
    );
    assert.equal(schedule.goodUntil, 3 * EVERY);
  });
}

test('a suspicious list is not used, and an expired one does not expire again', () => {
  const schedule = new ListSchedule(EVERY, 0);
  schedule.succeeded(0, 0, 0);
  assert.equal(schedule.goodUntil, Infinity);
  schedule.succeeded(1, 0, 0);
  schedule.expired();
  assert.equal(schedule.goodUntil, Infinity);
});
