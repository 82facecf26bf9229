import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { CLIENT_TEXTS } from './client-text.ts';

test("a client's address, its network, or nothing", () => {
  assert.equal(CLIENT_TEXTS.none, undefined);
  for (const [address, prefix] of [
    ['192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
  ]) {
    assert.equal(CLIENT_TEXTS.prefix(parseAddr(address)), prefix);
    assert.equal(CLIENT_TEXTS.full(parseAddr(address)), address);
  }
});
