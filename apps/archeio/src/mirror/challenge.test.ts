import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenge } from './challenge.ts';

test('what registries ask for', () => {
  assert.deepEqual(parseChallenge('Basic realm="x"'), { scheme: 'basic' });
  assert.deepEqual(
    parseChallenge(
      'Bearer realm="https://auth.example/token",service="a \\"b\\"",scope="repository:a/b:pull,push"',
    ),
    {
      scheme: 'bearer',
      realm: 'https://auth.example/token',
      service: 'a "b"',
      scope: 'repository:a/b:pull,push',
    },
  );
  assert.deepEqual(parseChallenge('bearer Realm=https://auth.example/token'), {
    scheme: 'bearer',
    realm: 'https://auth.example/token',
    service: undefined,
    scope: undefined,
  });
});

test('what nobody can do', () => {
  for (const header of [null, '', 'Negotiate', 'Bearer service="x"', 'Bearer', '"'])
    assert.equal(parseChallenge(header), undefined, String(header));
});
