import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr, parsePrefix } from '@archeio/netip';
import { trustedPrefixes } from './trusted-prefixes.ts';

function trusts(prefixes: readonly string[], address: string): boolean {
  return trustedPrefixes(prefixes.map(parsePrefix))(parseAddr(address));
}

test('addresses are inside or outside, at both ends of a prefix', () => {
  const prefixes = ['10.0.0.0/8', '2001:db8::/32'];
  for (const inside of ['10.0.0.0', '10.255.255.255', '2001:db8::', '2001:db8:ffff::ffff']) {
    assert.ok(trusts(prefixes, inside), inside);
  }
  for (const outside of ['9.255.255.255', '11.0.0.0', '2001:db7:ffff::', '2001:db9::', '::']) {
    assert.ok(!trusts(prefixes, outside), outside);
  }
});

test('duplicate prefixes and an empty list are accepted', () => {
  assert.ok(trusts(['10.0.0.0/8', '10.0.0.0/8', '::ffff:10.0.0.0/104'], '10.1.2.3'));
  assert.ok(!trusts([], '10.1.2.3'));
});

test('an IPv4-mapped prefix means the IPv4 one', () => {
  assert.ok(trusts(['::ffff:10.0.0.0/104'], '10.1.2.3'));
  assert.ok(!trusts(['::ffff:10.0.0.0/104'], '11.1.2.3'));
  assert.ok(trusts(['::ffff:0:0/96'], '11.1.2.3'));
});

test('an IPv6 prefix that only begins like an IPv4-mapped one contains no IPv4 address', () => {
  assert.ok(!trusts(['::/0'], '10.1.2.3'));
  assert.ok(!trusts(['::/80'], '10.1.2.3'));
  assert.ok(!trusts(['::fffe:0:0/96'], '10.1.2.3'));
});
