import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShard, parseShardIndex, WHOLE } from './shard.ts';

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

test('an index counts the shards from 0', () => {
  const digests = Array.from({ length: 64 }, (_, at) => `sha256:${at.toString(16).repeat(64)}`);
  for (const [index, shard] of [
    ['0/16', '1/16'],
    ['2/16', '3/16'],
    ['15/16', '16/16'],
    ['0/1', '1/1'],
  ] as const) {
    const [found, wanted] = [parseShardIndex(index), parseShard(shard)];
    assert.deepEqual([found.index, found.count], [wanted.index, wanted.count]);
    assert.deepEqual(
      digests.map((digest) => found.owns(digest)),
      digests.map((digest) => wanted.owns(digest)),
    );
  }
});

test('an invalid index is an error', () => {
  for (const text of ['', '16/16', '$(SHARD)/16', '3', '1/0', '0/0', '-1/4', '99999/99999'])
    assert.throws(() => parseShardIndex(text), {
      name: 'RangeError',
      message: `cannot read shard index ${JSON.stringify(text)}: expected index/count, such as 2/16`,
    });
});
