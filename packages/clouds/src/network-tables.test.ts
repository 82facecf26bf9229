import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parseAddr, parsePrefix } from '@archeio/netip';
import { buildNetworks, compileNetworks, NetworkTables } from './network-tables.ts';

const NETWORKS = {
  wide: [parsePrefix('10.0.0.0/8'), parsePrefix('2001:db8::/32')],
  deep: [parsePrefix('10.1.0.0/16')],
  deepest: [parsePrefix('10.1.2.0/24')],
  other: [parsePrefix('10.2.0.0/16')],
};
const NAMES = Object.keys(NETWORKS);
const ADDRESSES = [
  '10.9.9.9',
  '10.1.9.9',
  '10.1.2.3',
  '10.2.0.1',
  '11.0.0.0',
  '2001:db8::1',
  '::1',
];

test('the longest prefix of all networks wins, however many tables there are', () => {
  for (const mostInTable of [1, 2, 3, 4, 100]) {
    const tables = new NetworkTables(buildNetworks(NETWORKS, mostInTable), mostInTable);
    const found = ADDRESSES.map((text) => {
      const match = tables.match(parseAddr(text));
      assert.equal(tables.lookup(parseAddr(text)), match?.value ?? -1);
      return match && `${NAMES[match.value]} ${formatPrefix(match.prefix)}`;
    });
    assert.deepEqual(found, [
      'wide 10.0.0.0/8',
      'deep 10.1.0.0/16',
      'deepest 10.1.2.0/24',
      'other 10.2.0.0/16',
      undefined,
      'wide 2001:db8::/32',
      undefined,
    ]);
  }
});

test('without networks every address is unknown', () => {
  const tables = new NetworkTables(buildNetworks({}));
  assert.equal(tables.lookup(parseAddr('10.0.0.1')), -1);
  assert.equal(tables.match(parseAddr('10.0.0.1')), undefined);
});

test('more networks than one table can hold', () => {
  const networks = Object.fromEntries(
    Array.from({ length: 70_000 }, (_, at) => [
      `n${at}`,
      [parsePrefix(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/32`)],
    ]),
  );
  const tables = new NetworkTables(buildNetworks(networks));
  for (const at of [0, 65_534, 65_535, 69_999]) {
    const address = parseAddr(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    assert.equal(tables.lookup(address), at);
  }
});

test('compiled networks are places without a region, in their order', () => {
  const { places, tables } = compileNetworks(NETWORKS);
  assert.deepEqual(
    places,
    NAMES.map((cloud) => ({ cloud, region: '' })),
  );
  assert.deepEqual(tables, buildNetworks(NETWORKS));
});
