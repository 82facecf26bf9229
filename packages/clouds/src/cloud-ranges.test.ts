import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parseAddr, parsePrefix } from '@archeio/netip';
import { CloudRanges } from './cloud-ranges.ts';
import { compileRanges } from './compile-ranges.ts';
import { readSnapshot, writeSnapshot } from './snapshot-bytes.ts';

const bytes = compileRanges([
  {
    cloud: 'Azure',
    date: null,
    version: '382',
    prefixes: [
      [parsePrefix('4.144.0.0/12'), 'westus2'],
      [parsePrefix('2603:1030::/32'), 'westus2'],
    ],
  },
  {
    cloud: 'AWS',
    date: '2026-07-29T08:27:05Z',
    version: '1785313625',
    prefixes: [
      [parsePrefix('3.0.0.0/8'), 'GLOBAL'],
      [parsePrefix('3.5.0.0/16'), 'eu-west-3'],
    ],
  },
]);
const ranges = CloudRanges.decode(bytes);

function refuses(damaged: Uint8Array, message: string | RegExp): void {
  assert.throws(() => CloudRanges.decode(damaged), { name: 'SyntaxError', message });
}

test('an address is found in its cloud and region, with the prefix', () => {
  assert.deepEqual(ranges.lookup(parseAddr('3.5.1.1')), {
    cloud: 'AWS',
    region: 'eu-west-3',
    prefix: parsePrefix('3.5.0.0/16'),
  });
  assert.deepEqual(ranges.places[ranges.place(parseAddr('3.6.1.1'))], {
    cloud: 'AWS',
    region: 'GLOBAL',
  });
  assert.equal(ranges.lookup(parseAddr('2603:1030:1::1'))?.cloud, 'Azure');
  assert.equal(ranges.place(parseAddr('8.8.8.8')), -1);
  assert.equal(ranges.lookup(parseAddr('8.8.8.8')), undefined);
});

test('an IPv4-mapped address is not unmapped here', () => {
  assert.equal(ranges.place(parseAddr('::ffff:3.5.1.1')), -1);
});

test('sources describe the compiled lists', () => {
  assert.deepEqual(ranges.sources, [
    {
      cloud: 'AWS',
      date: '2026-07-29T08:27:05Z',
      version: '1785313625',
      ipv4Prefixes: 2,
      ipv6Prefixes: 0,
    },
    { cloud: 'Azure', date: null, version: '382', ipv4Prefixes: 1, ipv6Prefixes: 1 },
  ]);
  assert.deepEqual(
    (['AWS', 'Azure', 'GCP'] as const).map((cloud) => [
      ranges.prefixCount(cloud, 4),
      ranges.prefixCount(cloud, 6),
    ]),
    [
      [2, 0],
      [1, 1],
      [0, 0],
    ],
  );
  assert.deepEqual(
    Array.from(ranges.prefixes(), ([prefix, place]) => [
      formatPrefix(prefix),
      ranges.places[place].region,
    ]),
    [
      ['3.0.0.0/8', 'GLOBAL'],
      ['3.5.0.0/16', 'eu-west-3'],
      ['4.144.0.0/12', 'westus2'],
      ['2603:1030::/32', 'westus2'],
    ],
  );
});

test('results are frozen', () => {
  assert.ok(Object.isFrozen(ranges.sources) && ranges.sources.every(Object.isFrozen));
  assert.ok(Object.isFrozen(ranges.places) && ranges.places.every(Object.isFrozen));
  assert.ok(Object.isFrozen(ranges.lookup(parseAddr('3.5.1.1'))));
});

test('a snapshot is read at any offset', () => {
  for (let offset = 0; offset < 5; offset++) {
    const shifted = new Uint8Array(bytes.length + 10);
    shifted.set(bytes, offset);
    const read = CloudRanges.decode(shifted.subarray(offset, offset + bytes.length));
    assert.deepEqual(read.lookup(parseAddr('3.5.1.1')), ranges.lookup(parseAddr('3.5.1.1')));
    assert.deepEqual(read.sources, ranges.sources);
  }
});

test('the table begins at a multiple of four, so that it is not copied', () => {
  const { table, sources, places } = readSnapshot(bytes);
  assert.equal(table.byteOffset % 4, 0);
  assert.deepEqual(writeSnapshot({ sources, places, table }), bytes);
});

test('a snapshot that is truncated anywhere, or too long, is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    refuses(
      bytes.subarray(0, length),
      /^cannot read ranges snapshot: truncated: expected \d+ bytes at \d+ of \d+$/,
    );
  }
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes);
  refuses(longer, 'cannot read ranges snapshot: 3 bytes after its end');
});

test('bytes that are not a snapshot, or of another version, are refused', () => {
  const other = new Uint8Array(bytes);
  other[0] = 0;
  refuses(other, 'cannot read ranges snapshot: it does not begin with "ARRG"');
  const later = new Uint8Array(bytes);
  later[4] = 2;
  refuses(later, 'cannot read ranges snapshot: version 2, expected 1');
});

test('text that is not UTF-8 is refused', () => {
  const damaged = new Uint8Array(bytes);
  damaged[24] = 0xff;
  refuses(damaged, 'cannot read ranges snapshot: the text at 20 is not UTF-8');
});

test('a table that names a place beyond the list is refused', () => {
  const { sources, places, table } = readSnapshot(bytes);
  refuses(
    writeSnapshot({ sources, places: places.slice(0, -1), table }),
    'cannot read ranges snapshot: the table has place 2, expected less than 2',
  );
  refuses(
    writeSnapshot({ sources, places, table: new Uint8Array(48) }),
    'cannot read prefix table: it does not begin with "NIPT"',
  );
});
