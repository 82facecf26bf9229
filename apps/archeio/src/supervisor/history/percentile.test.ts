import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { percentileOf } from './percentile.ts';

const BOUNDS = [1, 2, 4];

test('a percentile lies inside its bucket, in proportion to its rank', () => {
  assert.equal(percentileOf([0, 0, 0, 0], BOUNDS, 0.5), null);
  assert.equal(percentileOf([10, 0, 0, 0], BOUNDS, 0.5), 0.5);
  assert.equal(percentileOf([0, 0, 10, 0], BOUNDS, 0.99), 3.98);
  assert.equal(percentileOf([5, 0, 5, 0], BOUNDS, 0.5), 1);
  assert.equal(percentileOf([1, 1, 0, 8], BOUNDS, 0.5), 4, 'above every bound: the last bound');
});

test('with evenly spread values, it is the percentile of the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (counts, share) => {
        // Bucket by bucket, each value at the upper end of its even part.
        const values = counts.flatMap((count, at) => {
          const from = at === 0 ? 0 : BOUNDS[at - 1];
          const part = (BOUNDS[at] - from) / count;
          return Array.from({ length: count }, (_, index) => from + part * (index + 1));
        });
        const percentile = percentileOf([...counts, 0], BOUNDS, share);
        if (values.length === 0) return percentile === null;
        const rank = share * values.length;
        const upper = values[Math.min(values.length, Math.ceil(rank)) - 1];
        const lower = values[Math.ceil(rank) - 2] ?? 0;
        assert.ok(percentile !== null && percentile <= upper + 1e-9);
        assert.ok(percentile >= Math.min(lower, upper) - 1e-9);
        return true;
      },
    ),
  );
});
