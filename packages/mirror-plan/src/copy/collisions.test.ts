import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findCollisions } from './collisions.ts';

test('a repository below the key of a tag, or of a list of tags', () => {
  const found = findCollisions([
    { repository: 'a', tags: ['b', 'c'] },
    { repository: 'a/manifests/b', tags: ['v1'] },
    { repository: 'a/manifests/b/deeper', tags: [] },
    { repository: 'a/tags/list', tags: [] },
    { repository: 'a/manifests/d', tags: [] },
  ]);
  assert.deepEqual(
    found.map(({ repository, other, key }) => [repository, other, key]),
    [
      ['a/manifests/b', 'tag a:b', 'v2/a/manifests/b'],
      ['a/manifests/b/deeper', 'tag a:b', 'v2/a/manifests/b'],
      ['a/tags/list', 'the list of tags of a', 'v2/a/tags/list'],
    ],
  );
});

test('finds exactly the keys that are a prefix of another', () => {
  const word = fc.constantFrom('a', 'manifests', 'tags', 'list', 'b');
  const names = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('/'));
  const repositories = fc.uniqueArray(
    fc.record({ repository: names, tags: fc.subarray(['a', 'b', 'list']) }),
    { selector: ({ repository }) => repository },
  );
  fc.assert(
    fc.property(repositories, (all) => {
      const files = all.flatMap(({ repository, tags }) => [
        `v2/${repository}/tags/list`,
        ...tags.map((tag) => `v2/${repository}/manifests/${tag}`),
      ]);
      const isClash = files.some((file) => files.some((other) => other.startsWith(`${file}/`)));
      assert.equal(findCollisions(all).length > 0, isClash);
    }),
  );
});
