import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr } from '@archeio/netip';
import fc from 'fast-check';
import { LONGEST_PROXY_HEADER, readProxyHeader } from '../index.ts';
import { obviousProxyHeader } from '../testing/obvious-proxy-header.ts';

/** A readable form of what was read. */
function shown(read: ReturnType<typeof readProxyHeader>): unknown {
  if (typeof read === 'string') return read;
  return { ...read, client: read.client && formatAddr(read.client) };
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const port = fc.oneof(fc.integer({ min: 0, max: 65_535 }).map(String));
const version1 = fc.oneof(
  fc.tuple(fc.ipV4(), fc.ipV4(), port, port).map((each) => `PROXY TCP4 ${each.join(' ')}\r\n`),
  fc.tuple(fc.ipV6(), fc.ipV6(), port, port).map((each) => `PROXY TCP6 ${each.join(' ')}\r\n`),
  fc
    .constantFrom('', ' ', ' ffff:f::1 x 1 2', ` ${'x'.repeat(90)}`)
    .map((each) => `PROXY UNKNOWN${each}\r\n`),
);

const SIGNATURE = bytesOf('\r\n\r\n\0\r\nQUIT\n');

function version2(command: number, transport: number, rest: Uint8Array, length = rest.length) {
  return Buffer.concat([
    SIGNATURE,
    Uint8Array.of(command, transport, length >> 8, length & 255),
    rest,
  ]);
}

const rest = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }),
  fc.uint8Array({ minLength: 36, maxLength: 80 }),
  fc.uint8Array({ minLength: 216, maxLength: 240 }),
);
const valid2 = fc
  .tuple(
    fc.constantFrom(0x20, 0x21),
    fc.constantFrom(0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32),
    fc.uint8Array({ minLength: 216, maxLength: LONGEST_PROXY_HEADER - 16 }),
  )
  .map(([command, transport, bytes]) => version2(command, transport, bytes));
const almost2 = fc
  .tuple(
    fc.oneof(fc.constantFrom(0x20, 0x21), fc.nat(255)),
    fc.oneof(fc.constantFrom(0x11, 0x21, 0x31), fc.nat(255)),
    rest,
    fc.oneof(fc.constant(undefined), fc.nat(65_535)),
  )
  .map((each) => version2(...each));
const almost1 = fc
  .array(
    fc.constantFrom(
      'PROXY',
      ' ',
      'TCP4',
      'TCP6',
      'UNKNOWN',
      '1.2.3.4',
      '::1',
      '::ffff:9.8.7.6',
      '80',
      '080',
      '65536',
      '\r',
      '\n',
      '\r\n',
      '01.2.3.4',
      '\0',
      'x'.repeat(50),
    ),
    { maxLength: 14 },
  )
  .map((each) => `PROXY ${each.join('')}`);
const oneWord = fc
  .tuple(
    fc.constantFrom('TCP4', 'TCP6', 'TCP', 'UDP4'),
    fc.constantFrom('1.2.3.4', '::1', '1.2.3', 'fe80::1%1', '::FFFF:1.2.3.4', ''),
    fc.constantFrom('1.2.3.4', '::1', 'x'),
    fc.constantFrom('0', '65535', '65536', '01', '-1', ''),
    fc.constantFrom('0', '443', '99999', '443 '),
  )
  .map((each) => `PROXY ${each.join(' ')}\r\n`);
const any = fc.oneof(
  version1.map(bytesOf),
  valid2,
  almost2,
  almost1.map(bytesOf),
  oneWord.map(bytesOf),
  fc.uint8Array({ maxLength: 40 }),
);

test('reads what the slow reader reads, of every beginning', () => {
  fc.assert(
    fc.property(any, fc.uint8Array({ maxLength: 8 }), fc.nat(), (bytes, more, cut) => {
      for (const each of [
        bytes,
        Buffer.concat([bytes, more]),
        bytes.subarray(0, cut % (bytes.length + 1)),
      ])
        assert.deepEqual(shown(readProxyHeader(each)), shown(obviousProxyHeader(each)));
    }),
    { numRuns: 5000 },
  );
});

test('a header is whole only with its last byte, and what follows changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(version1.map(bytesOf), valid2),
      fc.uint8Array({ maxLength: 200 }),
      (header, request) => {
        const whole = readProxyHeader(header);
        assert.ok(typeof whole === 'object', JSON.stringify(whole));
        assert.equal(whole.length, header.length);
        assert.deepEqual(readProxyHeader(Buffer.concat([header, request])), whole);
        for (let at = 0; at < header.length; at++)
          assert.equal(readProxyHeader(header.subarray(0, at)), 'more');
      },
    ),
    { numRuns: 300 },
  );
});

test('never waits for more than the longest header', () => {
  fc.assert(
    fc.property(any, fc.nat(255), (start, filler) => {
      const bytes = new Uint8Array(LONGEST_PROXY_HEADER).fill(filler);
      bytes.set(start.subarray(0, LONGEST_PROXY_HEADER));
      assert.notEqual(readProxyHeader(bytes), 'more');
    }),
    { numRuns: 2000 },
  );
});
