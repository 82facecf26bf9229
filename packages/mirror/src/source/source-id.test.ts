import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registryIdentity, sourceId } from './source-id.ts';

test('a source is identified by its registry, port and path', () => {
  for (const [origin, path, expected] of [
    ['https://registry.example', '', 'registry.example'],
    ['https://registry.example:443', 'a/b', 'registry.example/a/b'],
    ['http://registry.example', '', 'registry.example:80'],
    ['http://registry.example:443', '', 'registry.example'],
    ['http://[::1]:5000', 'a', '[::1]:5000/a'],
  ] as const)
    assert.equal(registryIdentity(origin, path), expected);
});

test('the id is readable, valid as a file name, and different for every source', () => {
  const identities = [
    'a.example/b/c',
    'a.example/b-c',
    'a.example',
    'a.example:80',
    '[::1]:1/a',
    'ä/ö',
  ];
  const ids = identities.map((identity) => sourceId(identity));
  assert.equal(new Set(ids).size, ids.length);
  assert.match(ids[0], /^a\.example-b-c-[0-9a-f]{16}$/);
  for (const id of [...ids, sourceId('x'.repeat(5000))]) assert.match(id, /^[\w.-]{1,80}$/);
});
