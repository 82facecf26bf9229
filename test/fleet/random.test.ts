import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../bench/fleet/model/random.ts';
import { Weighted, zipf } from '../../bench/fleet/model/weighted.ts';

const DRAWS = 400_000;

test('indices are drawn as often as they weigh', () => {
  for (const weights of [[1], [0, 3, 0, 1], [...zipf(50, 1)], [...zipf(50, 0.7)], [1e-9, 1e9]]) {
    const weighted = new Weighted(weights);
    const random = new Random(1, 'draws');
    const drawn = weights.map(() => 0);
    for (let draw = 0; draw < DRAWS; draw++) drawn[weighted.draw(random)]++;
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      const expected = (DRAWS * weight) / all;
      // Six standard deviations.
      assert.ok(
        Math.abs(drawn[index] - expected) <= 6 * Math.sqrt(expected) + 1,
        `${index} of ${weights.length}`,
      );
    }
  }
  assert.throws(() => new Weighted([0, 0]), /no weight is above 0/);
});

test('streams of one seed differ, and a stream is the same each time', () => {
  const first = (seed: number, stream: string): number[] => {
    const random = new Random(seed, stream);
    return Array.from({ length: 8 }, () => random.unit());
  };
  assert.deepEqual(first(1, 'traffic'), first(1, 'traffic'));
  const all = [first(1, 'traffic'), first(1, 'latency'), first(2, 'traffic'), first(0, '')];
  assert.equal(new Set(all.flat()).size, 32);
});

test('exponential times have the mean that was asked for', () => {
  const random = new Random(3, 'times');
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) sum += random.exponential(20);
  assert.ok(Math.abs(sum / DRAWS / 20 - 1) < 0.01);
});
