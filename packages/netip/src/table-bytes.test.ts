import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddr } from './parse-addr.ts';
import { parsePrefix } from './prefix-text.ts';
import { PrefixTable } from './prefix-table.ts';

/** Two prefixes of each family side by side, and above them one that they cover. */
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

/** Where the columns of a group of rows begin, in bytes: w0 to w3, ranks, lengths, and what follows. */
function layout(start: number, family: 4 | 6, rows: number): number[] {
  const widths = [...Array.from({ length: family === 4 ? 1 : 4 }, () => 4), 2, 1];
  const ends = [start];
  for (const width of widths) ends.push(ends.at(-1)! + Math.ceil((width * rows) / 4) * 4);
  return ends;
}

const header = [...new Uint32Array(bytes.buffer, 0, 12)];
const ipv4 = layout(48, 4, header[3]);
const ipv4Shadowed = layout(ipv4[3], 4, header[4]);
const ipv6 = layout(ipv4Shadowed[3] + 4 * header[5], 6, header[8]);

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

test('a Buffer is read as any other bytes', () => {
  const read = PrefixTable.deserialize(Buffer.from(bytes));
  assert.deepEqual(read.serialize(), bytes);
});

test('bytes that are no table are refused', () => {
  refuses(new Uint8Array(0), 'cannot read prefix table: 0 bytes, expected at least 48');
  refuses(new Uint8Array(48), 'cannot read prefix table: it does not begin with "NIPT"');
  refuses(
    withWord(1, () => 2),
    'cannot read prefix table: version 2, expected 1',
  );
});

test('a table that is cut anywhere, or longer, is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    refuses(bytes.subarray(0, length), /^cannot read prefix table: .*expected/);
  }
  const longer = new Uint8Array(bytes.length + 4);
  longer.set(bytes);
  refuses(longer, 'cannot read prefix table: 4 bytes after its end');
});

test('counts that lead outside are refused', () => {
  for (const at of [3, 4, 5, 8, 9, 10]) {
    refuses(
      withWord(at, (word) => word + 1),
      /^cannot read prefix table: /,
    );
    refuses(
      withWord(at, () => 0xffffffff),
      /^cannot read prefix table: it is cut/,
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
  refuses(
    withBytes(48, 1),
    "cannot read prefix table: IPv4 intervals[0] must be the family's first address",
  );
  refuses(
    withBytes(ipv6[0] + 3, 1),
    "cannot read prefix table: IPv6 intervals[0] must be the family's first address",
  );
  refuses(
    withBytes(ipv4[0] + 8, 0, 0, 0, 0),
    'cannot read prefix table: IPv4 intervals[2] is out of order',
  );
  // 2001::, 2001:8000::, 2001:8000::1, 2001:8000::1:0, 2001:8000::2:0, 2001:8000:0:1::, 2001:8000:0:2::, 2002::
  const rows: readonly (readonly [number, number, number])[] = [
    [0, 2, 0x20],
    [1, 6, 0],
    [2, 3, 9],
    [3, 3, 0],
  ];
  for (const [word, row, highest] of rows) {
    const at = ipv6[word] + 4 * row;
    const broken = withBytes(at, 0, 0, 0, highest);
    assert.notDeepEqual(broken, bytes);
    refuses(broken, /^cannot read prefix table: IPv6 intervals\[\d\] is out of order$/);
  }
});

test('shadowed prefixes out of order are refused', () => {
  refuses(
    withBytes(ipv4Shadowed[0], 0, 0, 0, 13),
    'cannot read prefix table: IPv4 shadowed prefixes[1] is out of order',
  );
});

test('lengths that do not exist are refused', () => {
  refuses(
    withBytes(ipv4[2] + 1, 33),
    'cannot read prefix table: IPv4 intervals[1] has length 33, expected 0 to 32',
  );
  refuses(
    withBytes(ipv4Shadowed[2], 200),
    'cannot read prefix table: IPv4 shadowed prefixes[0] has length 200, expected 0 to 32',
  );
  refuses(
    withBytes(ipv6[5] + 2, 129),
    'cannot read prefix table: IPv6 intervals[2] has length 129, expected 0 to 128',
  );
});

test('whatever byte is damaged, the table is refused or lookups end', () => {
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

test('an index that leads in a circle does not hold a lookup', () => {
  for (const [cellsAt, count] of [
    [ipv4Shadowed[3], header[5]],
    [layout(ipv6[6], 6, header[9])[6], header[10]],
  ]) {
    const copy = new Uint8Array(bytes);
    // each cell leads to the node at cell 0, by one bit
    new Int32Array(copy.buffer, cellsAt, count).fill(0x80000000 | 31);
    const read = PrefixTable.deserialize(copy);
    for (const text of samples) assert.ok(read.lookup(parseAddr(text)) >= -1);
  }
});
