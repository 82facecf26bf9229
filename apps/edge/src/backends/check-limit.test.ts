import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckLimit } from './check-limit.ts';

test('the number of checks under way is limited', () => {
  const limit = new CheckLimit(2, 1000);
  const first = limit.begin(0);
  assert.ok(first && limit.begin(1));
  assert.equal(limit.begin(2), undefined);
  first();
  first();
  assert.ok(limit.begin(3));
  assert.equal(limit.begin(4), undefined);
});

test('checks that never end are forgotten after the time-out', () => {
  const limit = new CheckLimit(2, 1000);
  assert.ok(limit.begin(0) && limit.begin(500));
  assert.equal(limit.begin(1000), undefined);
  const next = limit.begin(1001);
  assert.ok(next);
  assert.equal(limit.begin(1400), undefined);
  next();
  assert.ok(limit.begin(1400));
});
