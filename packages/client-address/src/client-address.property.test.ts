import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr, parseAddr, parsePrefix, type Addr } from '@archeio/netip';
import fc from 'fast-check';
import { compileTopology, type Topology } from './index.ts';
import { anyText } from './testing/any-text.ts';
import { obviousElements, obviousHops, obviousWalk } from './testing/obvious-reader.ts';

const prefixes = ['10.0.0.0/8', '192.168.0.0/16', '2001:db8::/32'].map(parsePrefix);
const trustedPeer = { peer: '10.0.0.1' };
const proxies: Topology = { kind: 'trusted-proxies', prefixes, use: 'x-forwarded-for' };
const forwardedProxies: Topology = { kind: 'trusted-proxies', prefixes, use: 'forwarded' };

const inside = fc.constantFrom('10.0.0.2', '192.168.1.1', '::ffff:10.0.0.3', '2001:db8::4');
const outside = fc.oneof(
  fc.constantFrom('192.0.2.1', '11.0.0.1', '2001:db9::1', '::ffff:192.0.2.1'),
  fc.nat(0xffffff).map((n) => `8.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`),
);
const address = fc.oneof(inside, outside);
const decorated = fc
  .tuple(address, fc.constantFrom('', ':80', ':_x'), fc.boolean(), fc.constantFrom('', ' ', '\t '))
  .map(([text, port, quoted, space]) => {
    const node = text.includes(':') ? `[${text}]${port}` : text + port;
    return space + (quoted ? `"${node}"` : node) + space;
  });

/** What a client may send: characters that are special to a reader, and any others. */
const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      ',',
      '"',
      '\\',
      ' ',
      '[',
      ']',
      ':',
      ';',
      '=',
      'for=',
      '10.0.0.9',
      '1.1.1.1',
      '::',
    ),
  }),
  anyText,
);
const anyHeader = fc.oneof(
  fc.array(fc.oneof(decorated, hostile), { maxLength: 6 }).map((elements) => elements.join(',')),
  hostile,
);

function format(addr: Addr | string): string {
  return typeof addr === 'string' ? addr : formatAddr(addr);
}

test('hops: split and regular expressions agree', () => {
  fc.assert(
    fc.property(anyHeader, fc.integer({ min: 1, max: 4 }), (lines, hops) => {
      const found = compileTopology({ kind: 'hops', hops }).read(lines, trustedPeer);
      assert.equal(format(found), format(obviousHops(lines, hops, parseAddr(trustedPeer.peer))));
    }),
    { numRuns: 2000 },
  );
});

test('trusted proxies: split, regular expressions and a scan of the prefixes agree', () => {
  const reader = compileTopology(proxies);
  fc.assert(
    fc.property(anyHeader, (lines) => {
      const expected = obviousWalk(obviousElements(lines), prefixes, parseAddr(trustedPeer.peer));
      assert.equal(format(reader.read(lines, trustedPeer)), format(expected));
    }),
    { numRuns: 2000 },
  );
});

test('hops: whatever the client writes changes nothing once each proxy has appended', () => {
  fc.assert(
    fc.property(
      fc.array(decorated, { minLength: 1, maxLength: 4 }),
      hostile,
      (appended, client) => {
        const reader = compileTopology({ kind: 'hops', hops: appended.length });
        const honest = appended.join(',');
        const expected = format(reader.read(honest, trustedPeer));
        assert.equal(format(reader.read(`${client},${honest}`, trustedPeer)), expected);
      },
    ),
    { numRuns: 2000 },
  );
});

const chain = fc.tuple(outside, fc.array(inside, { maxLength: 3 }));

test('trusted proxies: whatever the client writes, its own address counts', () => {
  const reader = compileTopology(proxies);
  fc.assert(
    fc.property(chain, hostile, ([client, path], written) => {
      const honest = [client, ...path].join(', ');
      const expected = format(reader.read(client, trustedPeer));
      assert.match(expected, /[.:]/);
      assert.equal(format(reader.read(`${written},${honest}`, trustedPeer)), expected);
    }),
    { numRuns: 2000 },
  );
});

test('trusted proxies with Forwarded: whatever the client writes, its own address counts', () => {
  const reader = compileTopology(forwardedProxies);
  fc.assert(
    fc.property(chain, hostile, ([client, path], written) => {
      const honest = [client, ...path]
        .map((text) => `for="${text.includes(':') ? `[${text}]` : text}";by="_a, b"`)
        .join(', ');
      const expected = format(compileTopology(proxies).read(client, trustedPeer));
      assert.equal(format(reader.read(`${written}, ${honest}`, trustedPeer)), expected);
    }),
    { numRuns: 2000 },
  );
});

test('an untrusted peer is the client, whatever it writes', () => {
  fc.assert(
    fc.property(outside, hostile, (peer, lines) => {
      const expected = format(compileTopology({ kind: 'remote' }).read(undefined, { peer }));
      for (const topology of [
        proxies,
        forwardedProxies,
        { kind: 'header', name: 'x-real-ip', prefixes } as const,
      ]) {
        assert.equal(format(compileTopology(topology).read(lines, { peer })), expected);
      }
    }),
    { numRuns: 2000 },
  );
});

test('no string makes a reader throw, and no result is IPv4-mapped', () => {
  const readers = [
    { kind: 'remote' } as const,
    { kind: 'hops', hops: 1 } as const,
    { kind: 'hops', hops: 3 } as const,
    proxies,
    forwardedProxies,
    { kind: 'header', name: 'x-real-ip' } as const,
  ].map(compileTopology);
  fc.assert(
    fc.property(anyHeader, hostile, (lines, peer) => {
      for (const reader of readers) {
        for (const source of [trustedPeer, { peer }]) {
          assert.doesNotMatch(format(reader.read(lines, source)), /^::ffff:\d+\./);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** Counts how often a character of the header is read. */
function countingLooks(read: () => unknown): number {
  const strings: { charCodeAt: (this: string, at: number) => number } = String.prototype;
  const { charCodeAt } = strings;
  let looks = 0;
  strings.charCodeAt = function (at) {
    looks++;
    return charCodeAt.call(this, at);
  };
  try {
    read();
  } finally {
    strings.charCodeAt = charCodeAt;
  }
  return looks;
}

test('reading takes time linear in the header, however hostile', () => {
  const trusted = Array.from({ length: 1000 }, () => '10.0.0.2');
  const headers = [
    ','.repeat(10_000),
    'x'.repeat(16_384),
    '"'.repeat(16_384),
    '\\'.repeat(16_384),
    `"${'\\'.repeat(16_384)}"`,
    `"${'\\"'.repeat(8192)}`,
    ' '.repeat(16_384),
    '['.repeat(16_384),
    ':'.repeat(16_384),
    ';'.repeat(16_384),
    trusted.join(','),
    trusted.map((addr) => `"[::ffff:${addr}]:80"`).join(','),
    trusted.map((addr) => `for="${addr}"`).join(','),
    trusted.map((addr) => `for="${addr.replaceAll('.', String.raw`\.`)}:80";by="a,\\""`).join(','),
    `for=${'"'.repeat(16_384)}`,
    `for="${'\\'.repeat(16_384)}"`,
  ];
  const readers = [
    { kind: 'hops', hops: 9999 } as const,
    proxies,
    forwardedProxies,
    { kind: 'header', name: 'x-real-ip' } as const,
  ].map(compileTopology);
  for (const lines of headers) {
    for (const reader of readers) {
      const looks = countingLooks(() => reader.read(lines, trustedPeer));
      assert.ok(looks <= 12 * lines.length + 200, `${looks} looks at ${lines.slice(0, 40)}`);
    }
  }
});
