import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordKey, renewedKey, sourceKey, sourceOfRecord, tagKey } from './record.ts';

const PLATFORM = '+linux-amd64';

test('a record names its source, its manifest and the platforms', () => {
  assert.equal(recordKey('s', 'sha256:ab'), 'archeio/mirrored/@s/sha256:ab');
  assert.equal(recordKey('s', 'sha256:ab', PLATFORM), 'archeio/mirrored/@s/sha256:ab+linux-amd64');
  assert.equal(tagKey('s', 'a/b', 'v1', PLATFORM), 'archeio/tags/@s/a/b/@v1+linux-amd64');
  assert.equal(sourceKey('s'), 'archeio/sources/@s');
  for (const key of [recordKey('s', 'sha256:ab'), tagKey('s', 'a/b', 'v1'), sourceKey('s')])
    assert.equal(sourceOfRecord(key), 's');
});

test('a record of an earlier version names no source; that of a manifest can be rewritten', () => {
  const older = 'archeio/mirrored/sha256:ab';
  assert.equal(sourceOfRecord(older), undefined);
  assert.equal(renewedKey(older, 's'), older.replace('mirrored/', 'mirrored/@s/'));
  // An earlier version may not have found some of the platforms.
  assert.equal(sourceOfRecord(`${older}+linux-arm64-v8`), undefined);
  assert.equal(renewedKey(`${older}+linux-arm64-v8`, 's'), undefined);
  assert.equal(sourceOfRecord('archeio/tags/a/b/v1'), undefined);
  for (const other of ['archeio/tags/a/v1', recordKey('t', 'sha256:ab'), sourceKey('t')])
    assert.equal(renewedKey(other, 's'), undefined);
});

test('records have distinct keys, and none collides with the directory of another', () => {
  const part = fc.constantFrom('core', 'dns', 'v1', 'a-b', 'a');
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const suffix = fc.constantFrom('', PLATFORM);
  const source = fc.constantFrom('s', 't', 'core');
  const record = fc.tuple(source, name, part, suffix);
  fc.assert(
    fc.property(record, record, (one, other) => {
      const [first, second] = [tagKey(...one), tagKey(...other)];
      assert.equal(first === second, one.join('\n') === other.join('\n'));
      assert.ok(!first.startsWith(`${second}/`));
    }),
  );
});
