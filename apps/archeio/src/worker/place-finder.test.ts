import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parseAddr, parsePrefix } from '@archeio/netip';
import { find } from '../commands/ranges/lookup.ts';
import { compileNetworks } from '@archeio/clouds';
import { PlaceFinder } from '@archeio/request-handler';
import { shippedRanges } from '../configuration/shipped.ts';
import { ADDRESSES } from './testing/assembled.ts';

const RANGES = shippedRanges();
const FINDER = new PlaceFinder(
  RANGES,
  compileNetworks({
    office: [parsePrefix('203.0.113.0/24'), parsePrefix('2001:db8::/32')],
    lab: [parsePrefix('203.0.113.0/28'), parsePrefix('35.180.0.0/15')],
  }),
);

/** What is found by number, and by the whole match. */
function found(address: string): string | undefined {
  const addr = parseAddr(address);
  const match = FINDER.lookup(addr);
  const place = FINDER.places.at(FINDER.place(addr));
  if (match === undefined) {
    assert.equal(FINDER.place(addr), -1);
    return undefined;
  }
  assert.deepEqual({ cloud: match.cloud, region: match.region }, place);
  return `${match.cloud} ${match.region} ${formatPrefix(match.prefix)}`;
}

test('one’s own networks go first, the longest prefix in them, then what is published', () => {
  assert.equal(found('203.0.113.99'), 'office  203.0.113.0/24');
  assert.equal(found('203.0.113.1'), 'lab  203.0.113.0/28');
  assert.equal(found('2001:db8::1'), 'office  2001:db8::/32');
  // longer prefixes are published in there
  assert.equal(found(ADDRESSES.paris), 'lab  35.180.0.0/15');
  assert.equal(found('52.47.1.1'), 'AWS eu-west-3 52.47.0.0/16');
  assert.equal(found('198.51.100.1'), undefined);
});

// leev/ngx_http_geoip2_module#78, beaugunderson/ip-address#72.
test('an IPv6 address that nobody knows is where the IPv4 address is that it stands for', () => {
  assert.equal(found('64:ff9b::52.47.1.1'), 'AWS eu-west-3 52.47.0.0/16');
  assert.equal(found('2002:342f:101::1'), 'AWS eu-west-3 52.47.0.0/16');
  assert.equal(found('2001:0:4136:e378:8000:63bf:cbd0:fefe'), 'AWS eu-west-3 52.47.0.0/16');
  assert.equal(found('64:ff9b::203.0.113.1'), 'lab  203.0.113.0/28');
  assert.equal(found('64:ff9b::198.51.100.1'), undefined);
  assert.equal(found('64:ff9b:1::52.47.1.1'), undefined);
  assert.equal(find(RANGES, '64:ff9b::52.47.1.1')?.prefix, '52.47.0.0/16');
  const own = new PlaceFinder(
    RANGES,
    compileNetworks({ translator: [parsePrefix('64:ff9b::/96')] }),
  );
  assert.equal(own.lookup(parseAddr('64:ff9b::52.47.1.1'))?.cloud, 'translator');
});

test('places are those of the ranges, then the networks', () => {
  assert.deepEqual(FINDER.places.slice(RANGES.places.length), [
    { cloud: 'office', region: '' },
    { cloud: 'lab', region: '' },
  ]);
  assert.deepEqual(new PlaceFinder(RANGES).places, RANGES.places);
  assert.equal(new PlaceFinder(RANGES).place(parseAddr('203.0.113.1')), -1);
});

test('a prefix of two networks is refused', () => {
  const prefix = parsePrefix('10.0.0.0/8');
  assert.throws(() => compileNetworks({ a: [prefix], b: [prefix] }), RangeError);
});
