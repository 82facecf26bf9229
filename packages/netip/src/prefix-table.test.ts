import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeIPv4, makeIPv6, type Addr } from './addr.ts';
import { formatAddr } from './format-addr.ts';
import { parseAddr } from './parse-addr.ts';
import { formatPrefix, parsePrefix } from './prefix-text.ts';
import { PrefixTable } from './prefix-table.ts';
import { makePrefix, type Prefix } from './prefix.ts';
import { boundariesOf } from './testing/boundaries.ts';
import { LengthProbe, sameMatch, scanLinearly } from './testing/linear-scan.ts';
import { makeRandom, randomAddr, randomAddrIn, randomPrefixes } from './testing/random-prefixes.ts';

type Entry = readonly [Prefix, number];

function entriesOf(values: Readonly<Record<string, number>>): Entry[] {
  return Object.entries(values).map(([text, value]) => [parsePrefix(text), value]);
}

function lookup(table: PrefixTable, text: string): number {
  return table.lookup(parseAddr(text));
}

/** Asserts that the table, by lookup and match, agrees with the linear scan. */
function assertAgrees(table: PrefixTable, entries: readonly Entry[], addr: Addr): void {
  const expected = scanLinearly(entries, addr);
  const match = table.match(addr);
  if (table.lookup(addr) === (expected?.[1] ?? -1) && sameMatch(match, expected)) return;
  assert.deepEqual(
    [formatAddr(addr), table.lookup(addr), match],
    [formatAddr(addr), expected?.[1] ?? -1, expected],
  );
}

const everything: readonly Entry[] = entriesOf({
  '0.0.0.0/0': 0,
  '10.0.0.0/8': 1,
  '10.0.0.0/9': 2,
  '10.0.0.0/32': 3,
  '10.255.255.255/32': 4,
  '11.0.0.0/8': 5,
  '128.0.0.0/1': 6,
  '255.255.255.255/32': 7,
  '::/0': 8,
  '::/128': 9,
  '2001:db8::/32': 10,
  '2001:db8::/64': 11,
  '2001:db8:0:1::/64': 12,
  '2001:db8::1/128': 13,
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128': 14,
});

test('the longest prefix wins, up to the edges of both families', () => {
  const table = PrefixTable.build(everything);
  for (const [prefix] of everything) {
    for (const addr of boundariesOf(prefix)) assertAgrees(table, everything, addr);
  }
  assert.equal(lookup(table, '10.128.0.0'), 1);
  assert.equal(lookup(table, '10.127.255.255'), 2);
  assert.equal(lookup(table, '2001:db8::2'), 11);
});

test('an empty table matches nothing', () => {
  const table = PrefixTable.build([]);
  for (const text of ['0.0.0.0', '255.255.255.255', '::', 'ffff::']) {
    assert.equal(lookup(table, text), -1);
    assert.equal(table.match(parseAddr(text)), undefined);
  }
  assert.deepEqual([table.size(4), table.size(6), table.highestValue()], [0, 0, -1]);
  assert.deepEqual([...table.entries()], []);
});

test('families do not mix', () => {
  const table = PrefixTable.build(entriesOf({ '1.2.3.4/32': 1, '::ffff:0:0/96': 2 }));
  assert.equal(lookup(table, '1.2.3.4'), 1);
  assert.equal(lookup(table, '::ffff:1.2.3.4'), 2);
  assert.equal(lookup(table, '::1.2.3.4'), -1);
});

test('values from 0 to 65534 are accepted, others refused', () => {
  const table = PrefixTable.build(entriesOf({ '10.0.0.0/8': 0, '11.0.0.0/8': 65534 }));
  assert.equal(lookup(table, '10.1.1.1'), 0);
  assert.equal(lookup(table, '11.1.1.1'), 65534);
  assert.equal(table.highestValue(), 65534);
  for (const value of [-1, 65535, 1.5, Number.NaN]) {
    assert.throws(() => PrefixTable.build(entriesOf({ '10.0.0.0/8': value })), {
      name: 'RangeError',
      message: `cannot build a table: value ${value} of prefix "10.0.0.0/8" must be a whole number from 0 to 65534`,
    });
  }
});

test('a prefix may occur twice with the same value, not with two values', () => {
  const twice = [...entriesOf({ '10.0.0.0/8': 7 }), ...entriesOf({ '10.0.0.0/8': 7 })];
  assert.equal(PrefixTable.build(twice).size(4), 1);
  assert.throws(() => PrefixTable.build([...twice, ...entriesOf({ '10.0.0.0/8': 8 })]), {
    name: 'RangeError',
    message: 'cannot build a table: prefix "10.0.0.0/8" has two values, 7 and 8',
  });
});

test('prefixes that longer ones cover are counted, listed and kept', () => {
  const entries = entriesOf({
    '10.0.0.0/8': 1,
    '10.0.0.0/9': 2,
    '10.128.0.0/9': 3,
    '::/0': 70,
    '::/1': 5,
    '::/2': 6,
    '4000::/2': 7,
    '8000::/1': 8,
  });
  const table = PrefixTable.build(entries.toReversed());
  for (const each of [table, PrefixTable.deserialize(table.serialize())]) {
    assert.deepEqual([each.size(4), each.size(6), each.highestValue()], [3, 5, 70]);
    assert.deepEqual(Array.from(each.entries(), String), entries.map(String));
    assert.deepEqual(
      Array.from(each.entries(), ([prefix, value]) => [formatPrefix(prefix), value]),
      entries.map(([prefix, value]) => [formatPrefix(prefix), value]),
    );
    assert.equal(lookup(each, '10.0.0.1'), 2);
  }
});

test('a match is frozen and has the original prefix', () => {
  const match = PrefixTable.build(everything).match(parseAddr('10.77.0.1'));
  assert.deepEqual(match, { value: 2, prefix: parsePrefix('10.0.0.0/9') });
  assert.ok(Object.isFrozen(match) && Object.isFrozen(match?.prefix));
});

test('the same entries in any order give the same bytes', () => {
  const bytes = PrefixTable.build(everything).serialize();
  assert.deepEqual(PrefixTable.build(everything.toReversed()).serialize(), bytes);
  const doubled = [...everything.slice(5), ...everything, ...everything.slice(0, 3)];
  assert.deepEqual(PrefixTable.build(doubled).serialize(), bytes);
  assert.deepEqual(PrefixTable.deserialize(bytes).serialize(), bytes);
});

for (const family of [4, 6] as const) {
  test(`IPv${family}: a linear scan agrees on random prefixes with the lengths of real data`, () => {
    const random = makeRandom(0x5eed0 + family);
    for (const count of [1, 2, 3, 10, 100, 600]) {
      const prefixes = randomPrefixes(family, count, random);
      // few values, so that neighbours often share one
      const entries = prefixes.map((prefix): Entry => [prefix, random() % 5]);
      const table = PrefixTable.deserialize(PrefixTable.build(entries).serialize());
      const probe = new LengthProbe(entries);
      const addrs = prefixes
        .flatMap((prefix) => [...boundariesOf(prefix), randomAddrIn(prefix, random)])
        .concat(Array.from({ length: 200 }, () => randomAddr(family, random)));
      for (const addr of addrs) {
        assertAgrees(table, entries, addr);
        assert.equal(probe.find(addr), scanLinearly(entries, addr));
      }
      assert.equal(table.size(family), prefixes.length);
      assert.equal([...table.entries()].length, prefixes.length);
    }
  });
}

test('a linear scan agrees on prefixes crowded into few bits', () => {
  const crowded = fc
    .tuple(fc.constantFrom(0, 28, 64, 96, 120), fc.nat(8), fc.nat(255))
    .map(([depth, length, octet]) => {
      const words = [0, 0, 0, 0];
      words[depth >> 5] = octet << (24 - (depth & 31));
      // An octet that begins at bit 28 continues in the next word.
      if (depth === 28) words[1] = octet << 28;
      return makePrefix(makeIPv6(words[0], words[1], words[2], words[3]), depth + length);
    });
  const crowdedIPv4 = fc
    .tuple(fc.constantFrom(0, 13, 24), fc.nat(8), fc.nat(255))
    .map(([depth, length, octet]) => makePrefix(makeIPv4(octet << (24 - depth)), depth + length));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(crowded, crowdedIPv4), fc.nat(3)), { maxLength: 60 }),
      (drawn) => {
        const unique = new Map(
          drawn.map((entry): [string, Entry] => [formatPrefix(entry[0]), entry]),
        );
        const entries = [...unique.values()];
        const table = PrefixTable.build(entries);
        for (const [prefix] of entries) {
          for (const addr of boundariesOf(prefix)) assertAgrees(table, entries, addr);
        }
        assert.equal(table.size(4) + table.size(6), entries.length);
      },
    ),
    { numRuns: 300, seed: 6 },
  );
});

test('every host of a dense block is found', () => {
  const entries = Array.from({ length: 4096 }, (_, host): Entry => [
    makePrefix(makeIPv4(0x0a000000 + host), 32),
    host,
  ]);
  const hosts = entries.map(([, value]): Entry => [
    makePrefix(makeIPv6(0x20010db8, 0, 0xffffffff, 0xfffff000 + value), 128),
    value,
  ]);
  const table = PrefixTable.build([...entries, ...hosts]);
  for (const [prefix, value] of [...entries, ...hosts]) {
    assert.equal(table.lookup(prefix.addr), value);
  }
  assert.equal(lookup(table, '10.0.16.0'), -1);
  assert.equal(lookup(table, '2001:db8:0:0:ffff:ffff:ffff:efff'), -1);
});
