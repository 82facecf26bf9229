import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordKey, tagKey } from './record.ts';

test('a record names its manifest, and for which platforms', () => {
  assert.equal(recordKey('sha256:ab'), 'archeio/mirrored/sha256:ab');
  assert.equal(recordKey('sha256:ab', '+linux-amd64'), 'archeio/mirrored/sha256:ab+linux-amd64');
  assert.equal(tagKey('a/b', 'v1', '+linux-amd64'), 'archeio/tags/a/b/v1+linux-amd64');
});
