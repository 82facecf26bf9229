import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ListedRegistry, RepositoryLists } from './repository-lists.ts';

/** Completes partial registries. */
function registriesOf(
  ...registries: readonly (Partial<ListedRegistry> & { readonly prefix?: string })[]
): ListedRegistry[] {
  return registries.map((registry, index) => ({
    name: `r${index}`,
    upstreams: [{ url: `https://u${index}.test`, path: 'prod/images' }],
    ...registry,
  }));
}

const CATALOG = { repositories: { from: 'catalog' } } as const;
const SLOW = { from: 'catalog', refreshEvery: 3_600_000 } as const;
const OF_THREE = registriesOf(CATALOG, { repositories: { from: 'list', names: ['a/b'] } }, {});

test('a registry without a list has every name, one with names of its own has those', () => {
  const lists = new RepositoryLists(OF_THREE);
  assert.deepEqual(lists.snapshot(), [['r0', null]]);
  assert.deepEqual(
    [0, 1, 2].map((registry) => [lists.has(registry, 'a/b'), lists.has(registry, 'a')]),
    [
      [true, true],
      [true, false],
      [true, true],
    ],
  );
});

test('after any lists the last one counts, null lets everything through', () => {
  const names = fc.constantFrom('a', 'b', 'a/b');
  fc.assert(
    fc.property(fc.array(fc.option(fc.array(names)), { minLength: 1 }), names, (all, name) => {
      const lists = new RepositoryLists(OF_THREE);
      for (const each of all) lists.apply('r0', each);
      const last = all.at(-1) ?? null;
      assert.equal(lists.has(0, name), last === null || last.includes(name));
      assert.deepEqual(lists.snapshot(), [['r0', last && [...new Set(last)]]]);
    }),
  );
});

test('a client that follows a Link of the upstream comes back with its path before the name (R9)', () => {
  const lists = new RepositoryLists(OF_THREE);
  lists.apply('r0', ['pause']);
  assert.equal(lists.has(0, 'prod/images/pause'), true);
  assert.equal(lists.has(0, 'prod/images/other'), false);
  assert.equal(lists.has(0, 'prod/pause'), false);
});

test('a list for a registry that has none, names its own or is not there is passed over', () => {
  const lists = new RepositoryLists(OF_THREE);
  for (const name of ['r1', 'r2', 'r3']) lists.apply(name, ['x']);
  assert.equal(lists.has(1, 'x'), false);
  assert.equal(lists.has(2, 'y'), true);
});

test('another process gets the same lists from a snapshot, as plain data', () => {
  const registries = registriesOf(CATALOG, CATALOG, {});
  const one = new RepositoryLists(registries);
  one.apply('r0', ['a', 'b']);
  const two = new RepositoryLists(registries);
  two.apply('r1', ['old']);
  const sent: ReturnType<RepositoryLists['snapshot']> = JSON.parse(JSON.stringify(one.snapshot()));
  for (const [name, names] of sent) two.apply(name, names);
  assert.deepEqual(two.snapshot(), one.snapshot());
  assert.equal(two.has(1, 'new'), true);
});

test('a reload keeps the list of a registry that is the same, and of no other', () => {
  const before = new RepositoryLists(registriesOf(CATALOG, CATALOG, CATALOG, CATALOG));
  for (const name of ['r0', 'r1', 'r2', 'r3']) before.apply(name, ['a']);
  const after = new RepositoryLists(
    registriesOf(
      { repositories: SLOW, prefix: 'x/' },
      { upstreams: [{ url: 'https://moved.test', path: '' }], ...CATALOG },
      { repositories: { from: 'google' } },
      {},
    ),
    before,
  );
  assert.deepEqual(after.snapshot(), [
    ['r0', ['a']],
    ['r1', null],
    ['r2', null],
  ]);
  assert.equal(after.has(3, 'b'), true);
});

test('a list that comes while the next generation is made ready is known to both', () => {
  const before = new RepositoryLists(registriesOf(CATALOG));
  const after = new RepositoryLists(registriesOf(CATALOG), before);
  before.apply('r0', ['a']);
  assert.deepEqual([after.has(0, 'a'), after.has(0, 'b')], [true, false]);
});
