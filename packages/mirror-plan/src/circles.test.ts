import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { circlesOf } from './circles.ts';

const groupsOf = (graph: Readonly<Record<string, readonly string[]>>): string[] =>
  circlesOf(new Map(Object.entries(graph)))
    .map((group) => group.toSorted().join(''))
    .toSorted();

test('nodes that reach each other form a group, and every other node is its own group', () => {
  assert.deepEqual(groupsOf({ a: ['b'], b: ['c'], c: ['a', 'd'], d: [], e: ['a', 'e'] }), [
    'abc',
    'd',
    'e',
  ]);
  assert.deepEqual(groupsOf({ a: ['elsewhere'] }), ['a']);
  assert.deepEqual(groupsOf({}), []);
});

test('the groups match those of a search from every node', () => {
  const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  fc.assert(
    fc.property(fc.dictionary(node, fc.array(node, { maxLength: 3 })), (graph) => {
      const reach = (from: string): Set<string> => {
        const found = new Set<string>();
        const open = [from];
        for (let next = open.pop(); next !== undefined; next = open.pop())
          for (const to of graph[next] ?? [])
            if (to in graph && !found.has(to)) {
              found.add(to);
              open.push(to);
            }
        return found;
      };
      const nodes = Object.keys(graph);
      const expected = nodes.map((one) =>
        nodes
          .filter((other) => one === other || (reach(one).has(other) && reach(other).has(one)))
          .toSorted()
          .join(''),
      );
      assert.deepEqual(groupsOf(graph), [...new Set(expected)].toSorted());
    }),
    { numRuns: 1000 },
  );
});
