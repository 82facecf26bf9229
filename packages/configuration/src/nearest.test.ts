import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

test('the nearest spelling, or none', () => {
  assert.equal(nearest('verzion', ['version', 'listen']), 'version');
  assert.equal(nearest('lsiten', ['version', 'listen']), 'listen');
  assert.equal(nearest('something', ['version', 'listen']), undefined);
  assert.equal(nearest('x'.repeat(1000), ['x']), undefined);
});
