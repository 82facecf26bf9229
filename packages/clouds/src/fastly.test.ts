import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readFastly } from './fastly.ts';

test('both families are read, announced from everywhere', () => {
  const file = { addresses: ['23.235.32.0/20'], ipv6_addresses: ['2a04:4e40::/32'] };
  const source = readFastly(JSON.stringify(file), 'fastly');
  assert.deepEqual([source.cloud, source.date, source.version], ['Fastly', null, '']);
  assert.deepEqual(
    source.prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]),
    [
      ['23.235.32.0/20', 'global'],
      ['2a04:4e40::/32', 'global'],
    ],
  );
});

test('a malformed or empty list is refused with the place', () => {
  for (const [file, reason] of [
    [{}, 'addresses: expected a list, got nothing'],
    [{ addresses: [] }, 'ipv6_addresses: expected a list, got nothing'],
    [{ addresses: [], ipv6_addresses: [] }, 'addresses: expected at least one prefix'],
    [
      { addresses: ['x'], ipv6_addresses: [] },
      'addresses[0]: cannot read prefix "x": expected address/length, such as 192.0.2.0/24',
    ],
  ] as const) {
    assert.throws(() => readFastly(JSON.stringify(file), 'fastly'), {
      name: 'SyntaxError',
      message: `cannot read fastly: ${reason}`,
    });
  }
});
