import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Spaces } from './spaces.ts';

test('a backend keeps its space while there are enough of them', () => {
  const spaces = new Spaces(() => assert.fail('nothing is to be forgotten'), 3);
  assert.deepEqual(
    ['a', 'b', 'a', 'c', 'b'].map((identity) => spaces.of(identity)),
    [0, 1, 0, 2, 1],
  );
  assert.deepEqual([spaces.find('b'), spaces.find('d')], [1, undefined]);
});

test('spaces that were not asked for longest are used again, half of them at a time', () => {
  const forgotten: (readonly number[])[] = [];
  const spaces = new Spaces((each) => forgotten.push([...each]), 4);
  for (const identity of ['a', 'b', 'c', 'd', 'a']) spaces.of(identity);
  assert.ok([1, 2].includes(spaces.of('e')));
  assert.deepEqual(forgotten, [[1, 2]]);
  spaces.of('f');
  assert.equal(forgotten.length, 1);
  assert.deepEqual([spaces.find('a'), spaces.find('b'), spaces.find('d')], [0, undefined, 3]);
});

test('more backends at a time than there are spaces are an error', () => {
  const spaces = new Spaces(() => undefined, 2);
  for (const identity of ['a', 'b']) spaces.of(identity);
  assert.throws(() => spaces.of('c', () => true), /^RangeError: cannot ask more than 2 different/);
});

test('whatever is asked for, no two backends share a space, kept ones stay, and new use is forgotten first', () => {
  const most = 6;
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }), {
        maxLength: 60,
      }),
      (generations) => {
        /** Whose entries are in a space. */
        const owners = new Map<number, number>();
        const spaces = new Spaces((each) => each.forEach((space) => owners.delete(space)), most);
        let inUse = new Set<number>();
        for (const generation of generations) {
          const taken = new Map<number, number>();
          for (const backend of generation) {
            const space = spaces.of(String(backend), (each) => taken.has(each) || inUse.has(each));
            assert.ok(space < most && !taken.has(space));
            assert.equal(owners.get(space) ?? backend, backend);
            taken.set(space, backend);
            owners.set(space, backend);
          }
          inUse = new Set(taken.keys());
        }
      },
    ),
  );
});
