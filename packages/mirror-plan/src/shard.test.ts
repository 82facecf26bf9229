import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShard, WHOLE } from './shard.ts';

test('every digest is in exactly one shard', () => {
  const digest = fc.oneof(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    fc.string().map((text) => `other:${text}`),
  );
  fc.assert(
    fc.property(digest, fc.integer({ min: 1, max: 64 }), (one, count) => {
      const owners = Array.from({ length: count }, (_, at) => parseShard(`${at + 1}/${count}`));
      assert.equal(owners.filter((shard) => shard.owns(one)).length, 1);
      assert.ok(WHOLE.owns(one));
    }),
  );
});

test('digests are distributed evenly', () => {
  const hex = (value: number): string => value.toString(16).padStart(8, '0').repeat(8);
  const third = parseShard('3/16');
  assert.deepEqual([third.index, third.count], [3, 16]);
  const owned = Array.from({ length: 1600 }, (_, at) => `sha256:${hex(at)}`).filter((digest) =>
    third.owns(digest),
  );
  assert.equal(owned.length, 100);
});

test('an invalid shard is an error', () => {
  for (const text of ['', '0/4', '5/4', '1', '1/0', 'a/b', '1/4/2', '-1/4'])
    assert.throws(() => parseShard(text), {
      name: 'RangeError',
      message: `cannot read shard ${JSON.stringify(text)}: expected number/count, such as 3/16`,
    });
});
