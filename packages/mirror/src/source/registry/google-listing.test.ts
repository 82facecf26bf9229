import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walkGoogleRepositories } from './google-listing.ts';

test('children whose names are not valid repository names are skipped', async () => {
  const asked: string[] = [];
  const found = await walkGoogleRepositories((name) => {
    asked.push(name);
    assert.ok(asked.length < 10, 'the walk ends');
    const children = name === 'p' ? ['a', '.', '..', '../x', 'Upper', '', 'a?b', 'b/c'] : ['.'];
    return Promise.resolve({ children, tags: [], manifests: 1 });
  }, 'p');
  assert.deepEqual([...found.keys()].toSorted(), ['p', 'p/a', 'p/b/c']);
  assert.deepEqual(asked.toSorted(), ['p', 'p/a', 'p/b/c']);
});
