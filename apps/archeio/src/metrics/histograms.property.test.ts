import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Counters } from './counters.ts';
import { Histograms } from './histograms.ts';
import { labelKey } from './metrics-snapshot.ts';

const BOUNDS = [1, 2.5, 10];
const labels = fc.array(fc.constantFrom('', 'a', 'b', '"', ',', '\\', '["a"]'), { maxLength: 2 });

test('histograms: each value is in the bucket of the first bound that is not below it', () => {
  const value = fc.oneof(fc.constantFrom(0, ...BOUNDS), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(labels, value), { maxLength: 200 }), (observed) => {
      const histograms = new Histograms(BOUNDS);
      const naive = new Map<string, number[]>();
      for (const [each, number] of observed) {
        histograms.observe(histograms.slot(each), number);
        naive.set(labelKey(each), [...(naive.get(labelKey(each)) ?? []), number]);
      }
      const expected = Array.from(naive, ([key, values]) => {
        const within = (low: number, high: number): number =>
          values.filter((each) => each > low && each <= high).length;
        const counts = [within(-1, 1), within(1, 2.5), within(2.5, 10), within(10, Infinity)];
        return [key, { counts, sum: values.reduce((sum, each) => sum + each, 0) }];
      });
      assert.deepEqual(histograms.snapshot(), Object.fromEntries(expected));
    }),
  );
});

test('counters: distinguishes labels that differ in any way, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(labels, fc.nat(100)), { maxLength: 200 }), (added) => {
      const counters = new Counters();
      const naive: Record<string, number> = {};
      for (const [each, amount] of added) {
        counters.add(counters.slot(each), amount);
        naive[labelKey(each)] = (naive[labelKey(each)] ?? 0) + amount;
      }
      assert.deepEqual(counters.snapshot(), naive);
    }),
  );
});
