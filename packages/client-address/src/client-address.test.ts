import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr, parsePrefix } from '@archeio/netip';
import { compileTopology, GOOGLE_LOAD_BALANCER, type Topology } from './index.ts';

const PEER = '203.0.113.9';

function read(topology: Topology, lines: string | undefined, peer: string | undefined = PEER) {
  const addr = compileTopology(topology).read(lines, { peer });
  return typeof addr === 'string' ? addr : formatAddr(addr);
}

const remote: Topology = { kind: 'remote' };
const hops = (count: number): Topology => ({ kind: 'hops', hops: count });
const trusting = (use: 'x-forwarded-for' | 'forwarded', ...prefixes: string[]): Topology => ({
  kind: 'trusted-proxies',
  prefixes: prefixes.map(parsePrefix),
  use,
});
const cdn: Topology = { kind: 'header', name: 'CF-Connecting-IP' };
const cdnInside = (...prefixes: string[]): Topology => ({
  ...cdn,
  prefixes: prefixes.map(parsePrefix),
});
const inside = '10.0.0.1';
const proxies = trusting('x-forwarded-for', '10.0.0.0/8', '2001:db8::/32');
const forwarded = trusting('forwarded', '10.0.0.0/8', '2001:db8::/32');
const everyTopology = [remote, hops(1), GOOGLE_LOAD_BALANCER, proxies, forwarded, cdn];

test('the header that counts, in lower case', () => {
  assert.deepEqual(
    everyTopology.map((topology) => compileTopology(topology).header),
    [
      undefined,
      'x-forwarded-for',
      'x-forwarded-for',
      'x-forwarded-for',
      'forwarded',
      'cf-connecting-ip',
    ],
  );
});

test('without the header the peer is the client, in every topology', () => {
  for (const topology of everyTopology) {
    assert.equal(read(topology, undefined), PEER);
    assert.equal(read(topology, undefined, inside), inside);
  }
});

test('a peer that is unknown or is not an address is unusable', () => {
  for (const topology of everyTopology) {
    for (const peer of [
      '',
      'fe80::1%',
      '%eth0',
      '10.0.0.1%eth0',
      '/run/archeio.sock',
      '192.0.2.1:80',
    ]) {
      assert.equal(read(topology, undefined, peer), 'unusable-peer');
    }
    assert.equal(compileTopology(topology).read(undefined, { peer: undefined }), 'unusable-peer');
  }
});

// theforeman/smart-proxy#786
test('the zone of a link-local peer is dropped, in every topology', () => {
  for (const topology of everyTopology) {
    assert.equal(read(topology, undefined, 'fe80::1%eth0'), 'fe80::1');
    assert.equal(read(topology, undefined, '::ffff:10.0.0.1%eth0'), '10.0.0.1');
  }
  const linkLocal = [trusting('x-forwarded-for', 'fe80::/10'), cdnInside('fe80::/10')];
  for (const topology of linkLocal)
    assert.equal(read(topology, '192.0.2.1', 'fe80::1%eth0'), '192.0.2.1');
  assert.equal(read(trusting('forwarded', 'fe80::/10'), 'for=192.0.2.1', 'fe80::1%2'), '192.0.2.1');
});

test('remote: every header is ignored', () => {
  assert.equal(read(remote, '192.0.2.1'), PEER);
});

for (const [count, lines, expected] of [
  [1, '192.0.2.1', '192.0.2.1'],
  [1, '1.1.1.1, 192.0.2.1', '192.0.2.1'],
  [2, '192.0.2.1,203.0.113.1', '192.0.2.1'],
  [2, '1.1.1.1,192.0.2.1,203.0.113.1', '192.0.2.1'],
  [3, '192.0.2.1,203.0.113.1,203.0.113.2', '192.0.2.1'],
  [2, '192.0.2.1:4711, 203.0.113.1', '192.0.2.1'],
  [2, 'garbage,"[2001:db8::1]:443"\t,\t203.0.113.1', '2001:db8::1'],
  [2, '203.0.113.1', 'too-few-addresses'],
  [4, '192.0.2.1,203.0.113.1,203.0.113.2', 'too-few-addresses'],
  [1_000_000_000, '192.0.2.1', 'too-few-addresses'],
  [1, '', PEER],
  [2, ' \t', PEER],
  [1, ',', PEER],
  [2, ', ,\t', PEER],
  [3, ',192.0.2.1,203.0.113.1,', 'too-few-addresses'],
  [1, '192.0.2.1,', '192.0.2.1'],
  [1, '192.0.2.1 ,\t, ', '192.0.2.1'],
  [2, ',192.0.2.1,,203.0.113.1,', '192.0.2.1'],
  [2, '1.1.1.1,,203.0.113.1', '1.1.1.1'],
  [2, '1.1.1.1, ,203.0.113.1', '1.1.1.1'],
  [1, '192.0.2.1 203.0.113.1', 'malformed-address'],
  [1, '192.0.2.1;203.0.113.1', 'malformed-address'],
  [2, 'unknown, 203.0.113.1', 'malformed-address'],
  [1, '"192.0.2.1,203.0.113.1"', 'malformed-address'],
] as const) {
  test(`${count} hops in ${JSON.stringify(lines)}: ${expected}`, () => {
    assert.equal(read(hops(count), lines), expected);
  });
}

test('the leftmost X-Forwarded-For is believed: not here', () => {
  const lines = '8.8.8.8, 192.0.2.1, 10.0.0.2';
  assert.equal(read(hops(1), lines), '10.0.0.2');
  assert.equal(read(GOOGLE_LOAD_BALANCER, lines), '192.0.2.1');
  assert.equal(read(proxies, lines, inside), '192.0.2.1');
  assert.equal(read(remote, lines), PEER);
});

test('::ffff:1.2.3.4 is taken for an unknown IPv6 address: not here, wherever it occurs', () => {
  const mapped = '::ffff:1.2.3.4';
  assert.equal(read(remote, undefined, mapped), '1.2.3.4');
  assert.equal(read(hops(1), mapped), '1.2.3.4');
  assert.equal(read(GOOGLE_LOAD_BALANCER, `[${mapped}]:80, 203.0.113.1`), '1.2.3.4');
  assert.equal(read(proxies, mapped, '::ffff:10.0.0.1'), '1.2.3.4');
  assert.equal(read(proxies, '192.0.2.1, ::ffff:10.0.0.2', inside), '192.0.2.1');
  assert.equal(read(forwarded, `for="[${mapped}]"`, inside), '1.2.3.4');
  assert.equal(read(cdn, mapped), '1.2.3.4');
  assert.equal(read(cdnInside('::ffff:10.0.0.0/104'), mapped, inside), '1.2.3.4');
});

// v2ray/v2ray-core#3355; RFC 9110 §5.6.1.2
for (const [lines, expected] of [
  ['192.0.2.1', '192.0.2.1'],
  ['8.8.8.8, 192.0.2.1, 10.0.0.2, 2001:db8::2', '192.0.2.1'],
  ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['10.0.0.2', '10.0.0.2'],
  ['garbage, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['192.0.2.1, garbage, 10.0.0.2', 'malformed-address'],
  ['192.0.2.1,, 10.0.0.2', '192.0.2.1'],
  [', 10.0.0.2', '10.0.0.2'],
  ['192.0.2.1,', '192.0.2.1'],
] as const) {
  test(`trusted proxies in ${JSON.stringify(lines)}: ${expected}`, () => {
    assert.equal(read(proxies, lines, inside), expected);
    assert.equal(read(proxies, lines, '2001:db8::9'), expected);
    assert.equal(read(proxies, lines, PEER), PEER);
    assert.equal(read(proxies, lines, '::1'), '::1');
    assert.equal(read(proxies, lines, 'fe80::1%eth0'), 'fe80::1');
  });
}

for (const [lines, expected] of [
  ['for=192.0.2.1', '192.0.2.1'],
  ['for=8.8.8.8, for=192.0.2.1;by=10.0.0.2, for="10.0.0.2:80", For="[2001:db8::2]"', '192.0.2.1'],
  ['for=10.0.0.3,for=10.0.0.2', '10.0.0.3'],
  ['for=192.0.2.1, for=unknown, for=10.0.0.2', 'hidden-address'],
  ['for=192.0.2.1, for=_gazonk', 'hidden-address'],
  ['for=192.0.2.1, by=10.0.0.2', 'hidden-address'],
  ['for=192.0.2.1,, for=10.0.0.2', '192.0.2.1'],
  [', for=192.0.2.1 ,\t, for=10.0.0.2;by="a,",', '192.0.2.1'],
  ['192.0.2.1', 'malformed-header'],
  ['for=", for=192.0.2.1, for=10.0.0.2', '192.0.2.1'],
  ['for=10.0.0.3;x="\\", for=10.0.0.2', 'malformed-header'],
] as const) {
  test(`trusted proxies in Forwarded ${JSON.stringify(lines)}: ${expected}`, () => {
    assert.equal(read(forwarded, lines, inside), expected);
    assert.equal(read(forwarded, lines, PEER), PEER);
  });
}

test('a list without elements counts as absent: the peer is used', () => {
  for (const empty of ['', ' ', '\t,', ', ,,']) {
    for (const topology of everyTopology) {
      assert.equal(read(topology, empty), PEER);
      assert.equal(read(topology, empty, inside), inside);
    }
  }
});

test('proxies that are none are not trusted', () => {
  assert.equal(read(trusting('x-forwarded-for'), '192.0.2.1', inside), inside);
});

test('a named header: one address', () => {
  assert.equal(read(cdn, ' "[2001:db8::1]:443" '), '2001:db8::1');
  assert.equal(read(cdn, '192.0.2.1'), '192.0.2.1');
  assert.equal(read(cdn, '192.0.2.1,192.0.2.1'), 'malformed-header');
  assert.equal(read(cdn, ', 192.0.2.1,,'), '192.0.2.1');
  assert.equal(read(cdn, 'a, ,192.0.2.1,'), 'malformed-header');
  for (const empty of ['', ' ', ',', ' , \t,']) assert.equal(read(cdn, empty), PEER);
  assert.equal(read(cdn, 'unknown'), 'malformed-address');
});

test('a named header counts only from inside its prefixes', () => {
  const topology = cdnInside('10.0.0.0/8');
  assert.equal(read(topology, '192.0.2.1', inside), '192.0.2.1');
  assert.equal(read(topology, '192.0.2.1', '::ffff:10.0.0.1'), '192.0.2.1');
  assert.equal(read(topology, '192.0.2.1', PEER), PEER);
  assert.equal(read(topology, 'a,b', PEER), PEER);
  assert.equal(read(topology, '192.0.2.1', ''), 'unusable-peer');
  assert.equal(read(cdnInside(), '192.0.2.1', inside), inside);
});

test('the peer is looked up only if needed, and once', () => {
  let looks = 0;
  const source = {
    get peer() {
      looks++;
      return inside;
    },
  };
  for (const [topology, lines, expected] of [
    [remote, '192.0.2.1', 1],
    [hops(1), '192.0.2.1', 0],
    [hops(1), undefined, 1],
    [proxies, '192.0.2.1, 10.0.0.2, 10.0.0.3', 1],
    [proxies, undefined, 1],
    [cdn, '192.0.2.1', 0],
    [cdnInside('10.0.0.0/8'), '192.0.2.1', 1],
  ] as const) {
    looks = 0;
    compileTopology(topology).read(lines, source);
    assert.equal(looks, expected);
  }
});

test('an impossible topology is refused', () => {
  for (const count of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => compileTopology(hops(count)), {
      name: 'RangeError',
      message: `cannot use "${count}" hops: expected an integer from 1`,
    });
  }
  for (const name of ['', 'X Real IP', 'X-Real-IP:', 'X-Réal-IP']) {
    assert.throws(() => compileTopology({ kind: 'header', name }), {
      name: 'SyntaxError',
      message: `cannot use header ${JSON.stringify(name)}: expected a name of letters, digits and -`,
    });
  }
});
