import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { confirmAfter, nextProbeAfter } from './probe-pace.ts';

const every = fc.integer({ min: 1, max: 3_600_000 });
const random = fc.double({ min: 0, max: 1, noNaN: true });

test('a delay is at most the interval, and shortened by at most a fifth', () => {
  const standing = fc.record({
    state: fc.constantFrom('up', 'down', 'trial'),
    outcome: fc.constantFrom('pass', 'fail', 'nothing'),
    failedEjected: fc.nat(20),
  });
  fc.assert(
    fc.property(standing, every, random, (stands, interval, shorter) => {
      const longest = nextProbeAfter(stands, interval, 0);
      const pause = nextProbeAfter(stands, interval, shorter);
      assert.ok(longest <= interval);
      assert.ok(pause <= longest && pause >= longest * 0.8 - 1e-9);
    }),
  );
});

test('a failure is confirmed after a tenth of the interval, at least 250 ms', () => {
  const failed = { state: 'up', outcome: 'fail', failedEjected: 0 } as const;
  assert.equal(nextProbeAfter(failed, 30_000, 0), 3000);
  assert.equal(nextProbeAfter(failed, 1000, 0), 250);
  assert.equal(nextProbeAfter(failed, 100, 0), 100);
  assert.equal(confirmAfter(30_000), 3000);
});

test('an ejected backend is probed three times soon, then every half interval, and soon again once it passes', () => {
  const pauses = [1, 2, 3, 4, 5].map((failedEjected) =>
    nextProbeAfter({ state: 'down', outcome: 'fail', failedEjected }, 30_000, 0),
  );
  assert.deepEqual(pauses, [3000, 3000, 3000, 15_000, 15_000]);
  for (const state of ['down', 'trial'] as const) {
    const passed = { state, outcome: 'pass', failedEjected: 0 } as const;
    assert.equal(nextProbeAfter(passed, 30_000, 0), 3000);
  }
  assert.equal(
    nextProbeAfter({ state: 'up', outcome: 'pass', failedEjected: 0 }, 30_000, 0),
    30_000,
  );
});
