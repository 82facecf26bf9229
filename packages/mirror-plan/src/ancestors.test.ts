import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withAncestors } from './ancestors.ts';

test('finds every node that reaches an end, including through cycles', () => {
  const edges = new Map([
    ['a', ['b', 'x']],
    ['b', ['c', 'a']],
    ['c', ['end']],
    ['x', ['y']],
  ]);
  const found = (...ends: string[]): string => [...withAncestors(edges, ends)].toSorted().join(' ');
  assert.equal(found('end'), 'a b c end');
  assert.equal(found('y'), 'a b x y');
  assert.equal(found('end', 'y'), 'a b c end x y');
  assert.equal(found('elsewhere'), 'elsewhere');
  assert.equal(found(), '');
});
