import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeFuseFilter } from './fuse-filter.ts';
import { decodeInventory, encodeInventory, makeInventory, provesAbsence } from './inventory.ts';

const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);

/** Digests that are all different and look random: a counter through a mixing step. */
function numbered(from: number, count: number): Set<string> {
  const digests = new Set<string>();
  for (let number = from; number < from + count; number++) {
    let hex = '';
    let value = Math.imul(number + 1, 0x9e3779b1);
    for (let word = 0; word < 8; word++) {
      value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) + word;
      value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
      value ^= value >>> 15;
      hex += (value >>> 0).toString(16).padStart(8, '0');
    }
    digests.add(`sha256:${hex}`);
  }
  return digests;
}

test('what is in it is never proven absent', () => {
  fc.assert(
    fc.property(fc.uniqueArray(digest, { maxLength: 300 }), (digests) => {
      const inventory = decodeInventory(encodeInventory(makeInventory(new Set(digests), 1)));
      assert.equal(inventory.count, digests.length);
      for (const each of digests) assert.equal(provesAbsence(inventory, each), false);
    }),
  );
});

test('of what is not in it nearly all is proven absent, and a blob costs about nine bits', () => {
  const inventory = makeInventory(numbered(0, 100_000), 1);
  for (const each of numbered(0, 100_000)) assert.equal(provesAbsence(inventory, each), false);
  let unproven = 0;
  for (const each of numbered(1_000_000, 100_000)) if (!provesAbsence(inventory, each)) unproven++;
  assert.ok(unproven > 200 && unproven < 600, `${unproven} of 100,000, expected about 390`);
  assert.ok(encodeInventory(inventory).length * 8 < 10 * 100_000);
});

test('digests of other algorithms are never proven absent', () => {
  const other = `blake3:${'a'.repeat(64)}`;
  const inventory = makeInventory(new Set([other, `sha512:${'b'.repeat(128)}`]), 1);
  assert.equal(provesAbsence(inventory, other), false);
  assert.equal(provesAbsence(inventory, `blake3:${'c'.repeat(64)}`), false);
  assert.equal(provesAbsence(inventory, `sha512:${'b'.repeat(128)}`), false);
});

test('an empty store proves nearly everything absent', () => {
  const inventory = makeInventory(new Set(), 1);
  const proven = [...numbered(0, 1000)].filter((each) => provesAbsence(inventory, each));
  assert.ok(proven.length > 900);
});

test('it is read as it was written, at any offset of a buffer', () => {
  const inventory = makeInventory(numbered(0, 50), 1_790_000_000_000);
  const bytes = encodeInventory(inventory);
  assert.deepEqual(decodeInventory(bytes), inventory);
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes, 3);
  assert.deepEqual(decodeInventory(longer.subarray(3)), inventory);
});

test('a file that is none, was cut or damaged proves nothing', () => {
  const bytes = encodeInventory(makeInventory(numbered(0, 50), 1));
  const changed = (at: number): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  assert.throws(() => decodeInventory(bytes.subarray(0, 10)), { message: /has 10 bytes/ });
  assert.throws(() => decodeInventory(changed(0)), { message: /expected what "archeio mirror/ });
  assert.throws(() => decodeInventory(changed(8)), { message: /version 0, expected 1/ });
  for (const damaged of [
    changed(16),
    changed(30),
    changed(bytes.length - 1),
    bytes.subarray(0, -1),
  ])
    assert.throws(() => decodeInventory(damaged), { name: 'RangeError', message: /is damaged/ });
});

test('two digests that agree in what the filter looks at cannot be told apart', () => {
  const same = ['0', '1'].map((last) => `sha256:${'a'.repeat(63)}${last}`);
  assert.throws(() => makeFuseFilter(same), {
    name: 'RangeError',
    message: 'cannot make a filter of 2 digests',
  });
});
