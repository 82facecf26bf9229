import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyedHash } from './keyed-hash.ts';

/** Reference implementation: the published rounds, in arbitrary-size integers. */
function obviousHash(seed: readonly [number, number], message: readonly number[]): number {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  const k0 = BigInt(seed[0]);
  const k1 = BigInt(seed[1]);
  let [v0, v1, v2, v3] = [k0, k1, k0 ^ 0x6c796765n, k1 ^ 0x74656462n];
  const round = () => {
    v0 = (v0 + v1) & mask;
    v1 = rotate(v1, 5n) ^ v0;
    v0 = rotate(v0, 16n);
    v2 = (v2 + v3) & mask;
    v3 = rotate(v3, 8n) ^ v2;
    v0 = (v0 + v3) & mask;
    v3 = rotate(v3, 7n) ^ v0;
    v2 = (v2 + v1) & mask;
    v1 = rotate(v1, 13n) ^ v2;
    v2 = rotate(v2, 16n);
  };
  for (const word of [...message, ((message.length * 4) % 256) * 2 ** 24]) {
    v3 ^= BigInt(word);
    round();
    v0 ^= BigInt(word);
  }
  v2 ^= 0xffn;
  round();
  round();
  round();
  return Number(v1 ^ v3);
}

test('keyedHash returns the published values of HalfSipHash-1-3', () => {
  const seed = [0x03020100, 0x07060504] as const;
  const words = Uint32Array.of(0x03020100, 0x07060504);
  assert.equal(keyedHash(seed, words[0], words, 1, 0), 0x7e059ea6);
  assert.equal(keyedHash(seed, words[0], words, 1, 1), 0x577999b1);
});

test('keyedHash agrees with the reference implementation, for any seed, message and offset', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(
      fc.tuple(word, word),
      word,
      fc.array(word, { maxLength: 66 }),
      fc.array(word, { maxLength: 3 }),
      (seed, first, message, before) => {
        const words = Uint32Array.from([...before, ...message, 7]);
        const hash = keyedHash(seed, first, words, before.length, message.length);
        assert.equal(hash, obviousHash(seed, [first, ...message]));
      },
    ),
  );
});

test('keys that differ only in the highest bits of two words do not collide under every seed', () => {
  const key = Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  for (const difference of [0x80000000, 0x80008000]) {
    const other = key.map((word, index) => (index < 2 ? word ^ difference : word));
    let collisions = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const buckets = [key, other].map((words) => keyedHash([seed, 9], 0, words, 0, 8) % 1000);
      if (buckets[0] === buckets[1]) collisions++;
    }
    assert.ok(collisions < 10, `${collisions} of 1000 seeds`);
  }
});
