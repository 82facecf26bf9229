import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  copiedBlobKey,
  manifestKey,
  parseCopyKey,
  referrersKeys,
  repositoryOfState,
  stateKey,
  tagListKey,
} from './copy-keys.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('every key of a copy says what it names', () => {
  for (const repository of ['a', 'a/b', 'a/manifests/b', 'a/tags/list', 'a/blobs/b']) {
    const [api, tag] = referrersKeys(repository, DIGEST);
    for (const [key, kind, reference] of [
      [manifestKey(repository, 'v1'), 'tag', 'v1'],
      [manifestKey(repository, DIGEST), 'manifest', DIGEST],
      [tagListKey(repository), 'tags', ''],
      [copiedBlobKey(repository, DIGEST), 'blob', DIGEST],
      [api, 'referrers', DIGEST],
      [tag, 'tag', DIGEST.replace(':', '-')],
    ])
      assert.deepEqual(parseCopyKey(key), { repository, kind, reference }, key);
    assert.equal(repositoryOfState(stateKey(repository)), repository);
  }
});

test('other keys name nothing', () => {
  for (const key of ['v2/', 'v2/a', 'v2/a/other/b', 'containers/images/x', 'v2/a/manifests/'])
    assert.equal(parseCopyKey(key), undefined, key);
  assert.equal(repositoryOfState('archeio/copy/owner.json'), undefined);
});
