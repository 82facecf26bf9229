import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeInventory,
  encodeInventory,
  type Inventory,
  InventoryBuilder,
  provesAbsent,
} from './inventory.ts';

const ABOUT = { date: 1_790_000_000_123, destination: 'us-east-2', key: 'blobs/{digest}' };

function inventoryOf(digests: Iterable<string>): Inventory {
  const builder = new InventoryBuilder();
  for (const digest of digests) builder.add(digest);
  return builder.build(ABOUT);
}

const hexOf = (algorithm: string, length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).map((hex) => `${algorithm}:${hex}`);
const digest = fc.oneof(
  hexOf('sha256', 64),
  hexOf('sha512', 128),
  hexOf('blake3', 64),
  // Two digests that are not hexadecimal may fold to the same value, which costs one check and proves nothing.
  fc.stringMatching(/^[0-9a-f]{0,40}$/).map((hex) => `other:${hex}`),
  // Neighbors: digests of tests and attackers may differ only slightly.
  fc.nat(30).map((number) => `sha256:${number.toString(16).padStart(64, '0')}`),
);

const numbered = (number: number): string =>
  `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;

test('no digest of the set is ever proven absent, before it is written and after', () => {
  fc.assert(
    fc.property(fc.array(digest, { maxLength: 100 }), (digests) => {
      const inventory = inventoryOf(digests);
      const read = decodeInventory(encodeInventory(inventory));
      assert.deepEqual(read, inventory);
      assert.equal(read.filter.count, new Set(digests).size);
      for (const each of digests) assert.ok(!provesAbsent(read, each));
    }),
  );
});

test('the same digests produce the same bytes, in any order', () => {
  const digests = Array.from({ length: 3000 }, (_, number) => numbered(number));
  assert.deepEqual(
    encodeInventory(inventoryOf([...digests.toReversed(), digests[7]])),
    encodeInventory(inventoryOf(digests)),
  );
});

test('almost every digest that is not in the set is proven absent, including neighbors and other algorithms', () => {
  const digests = Array.from({ length: 20_000 }, (_, number) => numbered(number));
  const inventory = inventoryOf(digests);
  const others = [
    ...Array.from({ length: 20_000 }, (_, number) => numbered(-1 - number)),
    ...digests.map((each) => each.replace('sha256', 'blake3')),
    ...digests.map((each) => each.slice(0, -1) + (each.endsWith('0') ? '1' : '0')),
  ];
  const wrong = others.filter((each) => !provesAbsent(inventory, each)).length;
  // Expected: 234, with a standard deviation of 15.
  assert.ok(wrong > 150 && wrong < 320, String(wrong));
});

test('a file that is changed in any byte, truncated or extended is refused', () => {
  const bytes = encodeInventory(inventoryOf(['sha256:0', 'sha256:1', 'sha256:2']));
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(change, ([at, by]) => {
      const damaged = bytes.slice();
      damaged[at] ^= by;
      assert.throws(() => decodeInventory(damaged), SyntaxError);
    }),
  );
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => decodeInventory(bytes.subarray(0, length)), SyntaxError);
  assert.throws(() => decodeInventory(Uint8Array.of(...bytes, 0)), /checksum differs/);
});

test('a file with inconsistent lengths is refused, even with a correct checksum', () => {
  const inventory = inventoryOf(['sha256:0']);
  const { filter } = inventory;
  const wrong = { ...filter, segmentCount: filter.segmentCount + 1 };
  assert.throws(
    () => decodeInventory(encodeInventory({ ...inventory, filter: wrong })),
    /lengths are inconsistent/,
  );
});

test('an inventory may start at any offset of a buffer', () => {
  const bytes = encodeInventory(inventoryOf(['sha256:0']));
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assert.deepEqual(decodeInventory(shifted.subarray(3)), inventoryOf(['sha256:0']));
});
