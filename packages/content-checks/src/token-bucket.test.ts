import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.ts';

test('in no minute more is let through than the burst and what flows in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 400 }),
      (perMinute, steps) => {
        const bucket = new TokenBucket(perMinute, 1000);
        const taken: number[] = [];
        let now = 1000;
        for (const step of steps) {
          now += step;
          if (bucket.take(now)) taken.push(now);
        }
        const most = Math.max(1, perMinute / 3) + perMinute + 1e-6;
        for (const start of taken)
          assert.ok(taken.filter((at) => at >= start && at < start + 60_000).length <= most);
      },
    ),
  );
});

test('a rate below the limit is never refused, and a clock that stands still ends the burst', () => {
  const bucket = new TokenBucket(60, 0);
  for (let second = 0; second < 1000; second++) assert.ok(bucket.take(second * 1000), `${second}`);
  const burst = Array.from({ length: 30 }, () => bucket.take(10_000_000)).filter(Boolean);
  assert.equal(burst.length, 20);
});
