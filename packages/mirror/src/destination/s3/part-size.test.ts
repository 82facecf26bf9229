import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partSizeOf } from '../../run/copy-blob.ts';

const MIB = 1024 * 1024;
const TIB = MIB * MIB;

// distribution/distribution#4572, cachix/cachix#639: S3 takes 10,000 parts of 5 MiB to 5 GiB.
test('a blob of any size fits into the parts that S3 accepts', () => {
  for (const size of [0, 1, 8 * MIB, 80_000 * MIB, 80_000 * MIB + 1, 100 * 1024 * MIB, 5 * TIB]) {
    const part = partSizeOf(size);
    assert.ok(part >= 5 * MIB && part <= 5 * 1024 * MIB, `${size}: ${part}`);
    assert.ok(size <= part * 10_000, `${size}: ${part}`);
    assert.equal(part % MIB, 0);
  }
  assert.equal(partSizeOf(80_000 * MIB), 8 * MIB);
  assert.equal(partSizeOf(80_000 * MIB + 1), 9 * MIB);
});
