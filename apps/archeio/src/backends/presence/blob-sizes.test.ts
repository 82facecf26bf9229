import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlobSizes, MOST_READ } from './blob-sizes.ts';

const sizes = fc.array(fc.integer({ min: -1, max: 2 ** 40 }), { maxLength: 2 * MOST_READ });

/** Stores whose spaces are numbered, each with the size that it has stated, or −1. */
function stated(all: readonly number[]) {
  const read: number[] = [];
  const presence = {
    sizeOf: (space: number) => {
      read.push(space);
      return all[space] ?? -1;
    },
  };
  return { read, sizes: new BlobSizes(presence, [...all.keys(), ...all.keys()]) };
}

test('the size is what the first of the stores stated that knows it', () => {
  fc.assert(
    fc.property(sizes, fc.option(fc.nat(2 * MOST_READ), { nil: undefined }), (all, first) => {
      const { sizes: known, read } = stated(all);
      const order = [...(first === undefined ? [] : [first]), ...all.slice(0, MOST_READ).keys()];
      const expected = order.map((space) => all[space] ?? -1).find((size) => size >= 0) ?? -1;
      assert.equal(known.of('sha256:0', first), expected);
      assert.ok(read.length <= MOST_READ + 1);
    }),
  );
});

test('if the store itself has stated the size, no other answer is read', () => {
  const { sizes: known, read } = stated([5, 7]);
  assert.equal(known.of('sha256:0', 1), 7);
  assert.deepEqual(read, [1]);
});
