import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BinaryFuse, buildBinaryFuse, mayContain } from './binary-fuse.ts';

const has = (filter: BinaryFuse, key: bigint): boolean =>
  mayContain(filter, Number(key >> 32n), Number(key & 0xffffffffn));

/** Nearly random keys, the same in every run. */
function keysFrom(seed: bigint, count: number): BigUint64Array {
  let state = seed;
  return BigUint64Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return state ^ (state >> 29n);
  });
}

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Includes small numbers, neighbors and repetitions. */
const keys = fc.array(fc.oneof(word, fc.bigInt({ min: 0n, max: 40n })), { maxLength: 200 });

test('no key of the set is missed, regardless of order and duplicates', () => {
  fc.assert(
    fc.property(keys, (list) => {
      const set = new Set(list);
      const filter = buildBinaryFuse(BigUint64Array.from(list));
      assert.equal(filter.count, set.size);
      for (const key of set) assert.ok(has(filter, key));
      const again = [...list, ...list.slice(0, 3)].toReversed();
      assert.deepEqual(buildBinaryFuse(BigUint64Array.from(again)), filter);
    }),
  );
});

test('sets of every small size can be built', () => {
  for (let count = 0; count <= 400; count++) {
    const list = keysFrom(BigInt(count), count);
    const filter = buildBinaryFuse(list.slice());
    assert.ok(list.every((key) => has(filter, key)));
  }
});

test('of 100,000 keys none is missed, and about one in 256 other keys is a false positive', () => {
  const list = keysFrom(1n, 100_000);
  const filter = buildBinaryFuse(list.slice());
  assert.ok(list.every((key) => has(filter, key)));
  const set = new Set(list);
  const others = keysFrom(2n, 200_000).filter((key) => !set.has(key));
  const wrong = others.filter((key) => has(filter, key)).length;
  // Expected: 781, with a standard deviation of 28.
  assert.ok(wrong > 640 && wrong < 920, String(wrong));
  const bits = (8 * filter.fingerprints.length) / filter.count;
  assert.ok(bits < 9.6, String(bits));
});
