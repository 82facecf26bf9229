import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddr } from './parse-addr.ts';
import { parsePrefix } from './prefix-text.ts';
import { PrefixTable } from './prefix-table.ts';

/** Adjacent prefixes of each family, and ones that they cover. */
const table = PrefixTable.build(
  [
    '10.0.0.0/8',
    '10.0.0.0/9',
    '10.128.0.0/9',
    '12.0.0.0/8',
    '12.0.0.0/9',
    '12.128.0.0/9',
    '2001::/16',
    '2001::/17',
    '2001:8000::/17',
    '2001:8000::/128',
    '2001:8000::1:0/112',
    '2001:8000:0:1::/64',
  ].map((text, value) => [parsePrefix(text), value] as const),
);
const bytes = table.serialize();
const samples = ['10.0.0.1', '10.200.0.1', '11.0.0.1', '2001::1', '2001:8000::1:5', '3000::'];

function refuses(damaged: Uint8Array, message: string | RegExp): void {
  assert.throws(() => PrefixTable.deserialize(damaged), { name: 'SyntaxError', message });
}

/** The bytes with one 32-bit word changed. */
function withWord(at: number, change: (word: number) => number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const words = new Uint32Array(copy.buffer);
  words[at] = change(words[at]);
  return copy;
}

const header = [...new Uint32Array(bytes.buffer, 0, 12)];
/** Where the parts of the file begin, in bytes. */
const cellsIPv4 = 48;
const rowsIPv4 = cellsIPv4 + 4 * header[5];
const shadowedIPv4 = rowsIPv4 + 8 * header[3];
const cellsIPv6 = shadowedIPv4 + 8 * header[4];
const rowsIPv6 = cellsIPv6 + 4 * header[10];

/** The bytes with some of them overwritten. */
function withBytes(at: number, ...values: number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, at);
  return copy;
}

test('the bytes may lie at any offset', () => {
  for (let offset = 0; offset < 9; offset++) {
    const shifted = new Uint8Array(bytes.length + 20);
    shifted.set(bytes, offset);
    const read = PrefixTable.deserialize(shifted.subarray(offset, offset + bytes.length));
    for (const text of samples) {
      assert.deepEqual(read.match(parseAddr(text)), table.match(parseAddr(text)));
    }
    assert.deepEqual(read.serialize(), bytes);
  }
});

test('a Buffer is read like any other bytes', () => {
  const read = PrefixTable.deserialize(Buffer.from(bytes));
  assert.deepEqual(read.serialize(), bytes);
});

test('bytes that are not a table are refused', () => {
  refuses(new Uint8Array(0), 'cannot read prefix table: truncated: expected 48 more bytes');
  refuses(new Uint8Array(48), 'cannot read prefix table: it does not begin with "NIPT"');
  refuses(
    withWord(1, () => 2),
    'cannot read prefix table: version 2, expected 1',
  );
});

test('a table that is truncated anywhere, or too long, is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    refuses(bytes.subarray(0, length), /^cannot read prefix table: .*expected/);
  }
  const longer = new Uint8Array(bytes.length + 4);
  longer.set(bytes);
  refuses(longer, 'cannot read prefix table: 4 bytes after its end');
});

test('counts that exceed the bytes are refused', () => {
  for (const at of [3, 4, 5, 8, 9, 10]) {
    refuses(
      withWord(at, (word) => word + 1),
      /^cannot read prefix table: /,
    );
    refuses(
      withWord(at, () => 0xffffffff),
      /^cannot read prefix table: truncated/,
    );
  }
});

test('an index without its first node is refused', () => {
  for (const [family, at] of [
    [4, 6],
    [6, 11],
  ]) {
    for (const shift of [0, 1, 32, 0xffffffff]) {
      refuses(
        withWord(at, () => shift),
        `cannot read prefix table: IPv${family} index has ${header[at - 1]} cells and shift ${shift}`,
      );
    }
  }
});

test('intervals out of order are refused', () => {
  for (const [family, at] of [
    [4, rowsIPv4],
    [6, rowsIPv6 + 12],
  ] as const) {
    refuses(
      withBytes(at, 1),
      `cannot read prefix table: IPv${family} intervals[0] must be the family's first address`,
    );
  }
  refuses(
    withBytes(rowsIPv4 + 16, 0, 0, 0, 0),
    'cannot read prefix table: IPv4 intervals[2] is out of order',
  );
  // rows: ::, 2001::, 2001:8000::, 2001:8000::1, 2001:8000::1:0, 2001:8000::2:0, 2001:8000:0:1::, …
  for (const [row, word, value] of [
    [1, 0, 0],
    [3, 3, 0],
    [3, 0, 0],
    [6, 1, 0],
    [4, 2, 0xff],
  ] as const) {
    const at = rowsIPv6 + 20 * row + 4 * word;
    refuses(
      withBytes(at, value, 0, 0, value === 0 ? 0 : 0x80),
      /^cannot read prefix table: IPv6 intervals\[\d\] is out of order$/,
    );
  }
});

test('shadowed prefixes out of order are refused', () => {
  refuses(
    withBytes(shadowedIPv4, 0, 0, 0, 13),
    'cannot read prefix table: IPv4 shadowed prefixes[1] is out of order',
  );
  refuses(
    withBytes(shadowedIPv4 + 12, 0, 0),
    'cannot read prefix table: IPv4 shadowed prefixes[1] has no value',
  );
});

test('lengths that do not exist are refused', () => {
  refuses(
    withBytes(rowsIPv4 + 8 + 6, 33),
    'cannot read prefix table: IPv4 intervals[1] has length 33, expected 0 to 32',
  );
  refuses(
    withBytes(rowsIPv4 + 8 + 7, 0x80),
    'cannot read prefix table: IPv4 intervals[1] has length 32777, expected 0 to 32',
  );
  refuses(
    withBytes(shadowedIPv4 + 6, 200),
    'cannot read prefix table: IPv4 shadowed prefixes[0] has length 200, expected 0 to 32',
  );
  refuses(
    withBytes(rowsIPv6 + 40 + 18, 129),
    'cannot read prefix table: IPv6 intervals[2] has length 129, expected 0 to 128',
  );
});

test('whichever bytes are damaged, the table is refused or lookups end', () => {
  const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(damage, (changes) => {
      const copy = new Uint8Array(bytes);
      for (const [at, value] of changes) copy[at] = value;
      let read: PrefixTable;
      try {
        read = PrefixTable.deserialize(copy);
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
        return;
      }
      for (const text of samples) {
        const value = read.lookup(parseAddr(text));
        assert.ok(Number.isInteger(value) && value >= -1 && value <= 65534);
      }
    }),
    { numRuns: 1_000, seed: 7 },
  );
});

test('a lookup ends even if the index contains a cycle', () => {
  for (const [cellsAt, count] of [
    [cellsIPv4, header[5]],
    [cellsIPv6, header[10]],
  ]) {
    const copy = new Uint8Array(bytes);
    // Each cell leads to the node at cell 0, by one bit.
    new Int32Array(copy.buffer, cellsAt, count).fill(0x80000000 | 31);
    const read = PrefixTable.deserialize(copy);
    for (const text of samples) assert.ok(read.lookup(parseAddr(text)) >= -1);
  }
});
