import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageDays } from './age.ts';

test('an age is in whole days, at least 0, and null without a list', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  assert.equal(ageDays({ asOf: '2026-11-27T12:00:01Z' }, now), 0);
  assert.equal(ageDays({ asOf: '2026-11-27T12:00:00Z' }, now), 1);
  assert.equal(ageDays({ asOf: '2026-12-27T12:00:00Z' }, now), 0);
  assert.equal(ageDays({ asOf: null }, now), null);
});
