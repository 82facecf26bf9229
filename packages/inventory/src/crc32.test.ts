import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as ofThePlatform } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from './crc32.ts';

test("the checksum agrees with the platform's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(crc32(bytes), ofThePlatform(bytes));
    }),
  );
});
