import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr } from '@archeio/netip';
import { LONGEST_PROXY_HEADER, readProxyHeader } from '../index.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

function read(header: string, encoding: 'latin1' | 'hex' = 'latin1') {
  const found = readProxyHeader(Buffer.from(header, encoding));
  if (typeof found === 'string') return found;
  return found.client === undefined ? 'the peer' : formatAddr(found.client);
}

// proxy-protocol.txt §2.1
test('version 1: the client is the source address, and UNKNOWN the peer', () => {
  for (const [line, expected] of [
    ['TCP4 192.0.2.1 198.51.100.1 56324 443', '192.0.2.1'],
    ['TCP4 255.255.255.255 255.255.255.255 65535 65535', '255.255.255.255'],
    ['TCP6 2001:db8::1 2001:db8::2 1 0', '2001:db8::1'],
    ['TCP6 ::ffff:192.0.2.1 ::1 1 2', '192.0.2.1'],
    [
      `TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535`,
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
    ['UNKNOWN', 'the peer'],
    [`UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535`, 'the peer'],
    ['TCP4 2001:db8::1 198.51.100.1 1 2', 'malformed-header'],
    ['TCP6 192.0.2.1 198.51.100.1 1 2', 'malformed-header'],
    ['TCP4 192.0.2.1 198.51.100.1 1 65536', 'malformed-header'],
    ['TCP4 192.0.2.1 198.51.100.1 01 2', 'malformed-header'],
    ['TCP4 192.0.2.1  198.51.100.1 1 2', 'malformed-header'],
    ['TCP4 192.0.2.01 198.51.100.1 1 2', 'malformed-header'],
    ['TCP4 192.0.2.1 198.51.100.1 1', 'malformed-header'],
    ['UDP4 192.0.2.1 198.51.100.1 1 2', 'malformed-header'],
    ['UNKNOWNX', 'malformed-header'],
    ['unknown', 'malformed-header'],
    ['', 'malformed-header'],
  ])
    assert.equal(read(`PROXY ${line}\r\n`), expected, line);
  assert.equal(read('PROXY TCP4 192.0.2.1\rx'), 'malformed-header');
});

test('version 1: at most 107 bytes with the CRLF', () => {
  const fill = (length: number): string => `PROXY UNKNOWN ${'x'.repeat(length - 16)}\r\n`;
  assert.equal(fill(107).length, 107);
  assert.equal(read(fill(107)), 'the peer');
  assert.equal(read(fill(108)), 'header-too-long');
  assert.equal(read('PROXY TCP4 '.padEnd(106, '1')), 'more');
  assert.equal(read('PROXY TCP4 '.padEnd(107, '1')), 'header-too-long');
});

// proxy-protocol.txt §2.2
test('version 2: the client is the source address of TCP and UDP over IPv4 and IPv6', () => {
  const ipv4 = 'c0000201c633640104d201bb';
  const ipv6 = `20010db8${'0'.repeat(23)}1${'0'.repeat(31)}200010002`;
  for (const [rest, expected] of [
    [`2111000c${ipv4}`, '192.0.2.1'],
    [`2112000c${ipv4}`, '192.0.2.1'],
    [`21210024${ipv6}`, '2001:db8::1'],
    [`21210024${'0'.repeat(20)}ffffc0000201${'0'.repeat(40)}`, '192.0.2.1'],
    // Followed by an AWS VPC endpoint ID (§2.2.6 leaves types 0xE0 to 0xEF to applications).
    [`21110013${ipv4}ea000401aabbcc`, '192.0.2.1'],
    ['21000000', 'the peer'],
    [`213100d8${'00'.repeat(216)}`, 'the peer'],
    ['20000000', 'the peer'],
    [`2011000c${ipv4}`, 'the peer'],
    ['20ff0002abcd', 'the peer'],
    [`2111000b${ipv4.slice(2)}`, 'malformed-header'],
    [`21210023${ipv6.slice(2)}`, 'malformed-header'],
    ['21310000', 'malformed-header'],
    [`2141000c${ipv4}`, 'malformed-header'],
    [`2113000c${ipv4}`, 'malformed-header'],
    [`2211000c${ipv4}`, 'malformed-header'],
    [`1111000c${ipv4}`, 'malformed-header'],
    ['2111ffff', 'header-too-long'],
    ['211107f1', 'header-too-long'],
    ['211107f0', 'more'],
    ['', 'more'],
    ['21', 'more'],
    ['2111', 'more'],
  ])
    assert.equal(read(SIGNATURE + rest, 'hex'), expected, rest);
  assert.equal(16 + 0x7f0, LONGEST_PROXY_HEADER);
});

test('anything else is not a header, from the first byte that differs on', () => {
  for (const bytes of [
    'GET / HTTP/1.1\r\n',
    'PUT',
    'proxy ',
    '\x16\x03\x01',
    '\r\n\r\n\0\r\nQUIT\r',
    '\r\nG',
    '\0',
  ])
    assert.equal(read(bytes), 'no-header', JSON.stringify(bytes));
  for (const bytes of ['', 'P', 'PROXY', '\r', '\r\n\r\n\0\r\nQUIT\n'])
    assert.equal(read(bytes), 'more', JSON.stringify(bytes));
});
