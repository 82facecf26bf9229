import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedRanges } from '../configuration/shipped.ts';
import { CLIENTS } from './demo-clients.ts';
import { NEAR_REGIONS } from './demo-configuration.ts';
import { parseAddr } from '@archeio/netip';

test('each client is where the ranges that ship with this version say that its address is', () => {
  const ranges = shippedRanges();
  for (const { place, address, isNear } of CLIENTS) {
    const found = ranges.lookup(parseAddr(address));
    assert.equal(`${found?.cloud} ${found?.region}`, place);
    assert.equal(found?.cloud === 'AWS' && NEAR_REGIONS.includes(found.region), isNear);
  }
  assert.ok(CLIENTS.some(({ isNear }) => isNear) && CLIENTS.some(({ isNear }) => !isNear));
});
