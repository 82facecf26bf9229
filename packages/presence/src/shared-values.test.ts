import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeValue, encodeLease, encodeResult } from './shared-values.ts';

const NOW = 1_800_000_000_000;

test('a result is read as it was written, with its age', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record({
          state: fc.constant('present' as const),
          size: fc.oneof(fc.constant(-1), fc.maxSafeNat()),
        }),
        fc.constant({ state: 'absent' as const, size: -1 }),
      ),
      fc.integer({ min: 0, max: 10 ** 9 }),
      (result, seconds) => {
        const bytes = encodeResult(result, NOW);
        assert.deepEqual(decodeValue(bytes, NOW + seconds * 1000), {
          kind: 'result',
          result: { ...result, age: seconds * 1000 },
        });
      },
    ),
  );
});

test('a result takes 5 bytes, and those of its size', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  assert.equal(hex(encodeResult({ state: 'absent', size: -1 }, NOW)), '416b49d200');
  assert.equal(hex(encodeResult({ state: 'present', size: -1 }, NOW)), '506b49d200');
  assert.equal(hex(encodeResult({ state: 'present', size: 0 }, NOW)), '506b49d20000');
  assert.equal(hex(encodeResult({ state: 'present', size: 258 }, NOW)), '506b49d2000102');
});

test('a part of a second counts as age, so that no lifetime is exceeded', () => {
  const bytes = encodeResult({ state: 'absent', size: -1 }, NOW + 999);
  const value = decodeValue(bytes, NOW + 999);
  assert.equal(value?.kind === 'result' && value.result.age, 999);
});

test('a clock that is a little ahead makes a result new, and one that is far ahead makes it unreadable', () => {
  const bytes = encodeResult({ state: 'absent', size: -1 }, NOW);
  const value = decodeValue(bytes, NOW - 59_000);
  assert.equal(value?.kind === 'result' && value.result.age, 0);
  assert.equal(decodeValue(bytes, NOW - 61_000), undefined);
});

test('a date that 4 bytes cannot hold is the nearest one', () => {
  const head = (now: number): string =>
    Buffer.from(encodeResult({ state: 'absent', size: -1 }, now)).toString('hex');
  assert.equal(head(-5000), '4100000000');
  assert.equal(head(1e15), '41ffffffff');
});

test('a lease is told from a result, whatever its token is', () => {
  assert.deepEqual(decodeValue(encodeLease(Uint8Array.of(1, 2, 3)), NOW), { kind: 'lease' });
});

test('what is not a value is not read', () => {
  const present = encodeResult({ state: 'present', size: -1 }, NOW);
  for (const bytes of [
    [],
    [0x50],
    [0x51, ...present.subarray(1)],
    [0x41, ...present.subarray(1), 7],
    [...present, 0x20, 0, 0, 0, 0, 0, 0],
    [...present, 0, 0, 0, 0, 0, 0, 0, 1],
    [...Buffer.from('<html>not redis</html>')],
  ])
    assert.equal(decodeValue(Uint8Array.from(bytes), NOW), undefined, bytes.join());
});

test('reading any bytes throws nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const value = decodeValue(bytes, NOW);
      if (value?.kind === 'result') assert.ok((value.result.age ?? -1) >= 0);
    }),
  );
});
