import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryFailed, conditionOf, encodeCondition } from './conditions.ts';

test('a condition is read as written, one byte per backend, initially up', () => {
  const all = (['up', 'down', 'trial'] as const).flatMap((condition) =>
    [false, true].map((failed) => [condition, failed] as const),
  );
  const conditions = Uint8Array.from(all, ([condition, failed]) =>
    encodeCondition(condition, failed),
  );
  for (const [backend, [condition, failed]] of all.entries()) {
    assert.equal(conditionOf(conditions, backend), condition);
    assert.equal(canaryFailed(conditions, backend), failed);
  }
  assert.equal(new Set(conditions).size, all.length);
  assert.equal(conditionOf(new Uint8Array(1), 0), 'up');
  assert.equal(canaryFailed(new Uint8Array(1), 0), false);
});
