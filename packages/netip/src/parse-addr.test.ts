import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddr } from './format-addr.ts';
import { parseAddr, tryParseAddr } from './parse-addr.ts';

function familyOf(text: string): number {
  return tryParseAddr(text)?.family ?? 0;
}

/** Several on each line, without spaces in any. */
const hostile = `
  . : :: ::: :::: 1 1.2.3 1.2.3.4 1.2.3.4. .1.2.3.4 1.2.3.4.5 1..2.3 01.2.3.4 1.2.3.04 00.0.0.0 0.0.0.0
  256.0.0.0 1.2.3.256 1.2.3.1000 255.255.255.255 0x1.2.3.4 1,2,3,4 ١.2.3.4 １.2.3.4 +1.2.3.4 -1.2.3.4
  1e1.2.3.4 1.2.3.4/8 [::1] 1.2.3.4:80 ::1 1:: 1::1 1::1::1 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7
  1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1::3:4:5:6:7:8 1:2:3:4:5:6:7:8::
  ::1:2:3:4:5:6:7:8 1:2:3:4::5:6:7:8 12345:: ::12345 ::00000 ::0000 g:: ::G ::FFFF ::ffff:1.2.3.4
  ::1.2.3.4 1.2.3.4:: ::1.2.3.4:1 1:2:3:4:5:6:1.2.3.4 1:2:3:4:5:6:7:1.2.3.4 1:2:3:4:5::1.2.3.4
  1:2:3:4:5:6::1.2.3.4 1:2:3:4:5:1.2.3.4 ::1.2.3 ::1.2.3.4.5 ::01.2.3.4 ::256.1.1.1 ::a.2.3.4
  ::1a.2.3.4 :1:: :1 1: 1::2: :1:2:3:4:5:6:7 1:2:3:4:5:6:7: ::-1 ::+1 ::٠ ::ffff:1.2.3.4. ::1..2
  ::.1 ::1.2.3.1000 0:0:0:0:0:0:0:0 1:2:3:4:5:6:77.77.88.88 1::2:3:4:5:6:1.2.3.4
  ::2:3:4:5:6:7:1.2.3.4 @:: \`:: /:: ::/ ::@ ;::
`;
const withSpace = ['', ' ', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4\0', '::1 ', '1.2.3. 4'];

test('hostile texts are accepted and refused as by net.isIP', () => {
  for (const text of [...hostile.trim().split(/\s+/), ...withSpace])
    assert.equal(familyOf(text), isIP(text), JSON.stringify(text));
});

test('texts of address-like pieces are accepted and refused as by net.isIP', () => {
  const pieces = `0 1 9 00 01 10 127 255 256 999 1000 a F ff FFFF 12345 g x . . . : : : :: :: ::: ..
    1.2.3.4 ::ffff: 1:2:3:4: 5:6:7:8 / [ - \0 ١ 0x1 1.2. 3.4 :1 1:`;
  const piece = fc.constantFrom(' ', ...pieces.split(/\s+/));
  const texts = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(texts, (text) => familyOf(text) === isIP(text)),
    { numRuns: 60_000, seed: 1 },
  );
});

test('addresses with one changed character are accepted and refused as by net.isIP', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
  const change = fc.tuple(
    fc.nat(40),
    fc.nat(2),
    fc.constantFrom('', '0', '1', 'f', ':', '::', '.', 'g', ' ', '00', '\u{1f600}'),
  );
  const texts = fc
    .tuple(address, change)
    .map(([text, [at, gone, put]]) => text.slice(0, at) + put + text.slice(at + gone));
  fc.assert(
    fc.property(texts, (text) => familyOf(text) === isIP(text)),
    { numRuns: 60_000, seed: 2 },
  );
});

test('any string is accepted or refused as by net.isIP', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('%'));
      return familyOf(text) === isIP(text);
    }),
    { numRuns: 2_000, seed: 3 },
  );
});

test('parsed addresses format to the same text and parse again', () => {
  const words = fc.tuple(
    ...Array.from({ length: 8 }, () => fc.oneof(fc.constant(0), fc.nat(0xffff))),
  );
  fc.assert(
    fc.property(words, (groups) => {
      const text = groups.map((group) => group.toString(16)).join(':');
      const addr = parseAddr(text);
      const words = [addr.w0, addr.w1, addr.w2, addr.w3];
      assert.deepEqual(
        words.flatMap((word) => [word >>> 16, word & 0xffff]),
        groups,
      );
      assert.deepEqual(parseAddr(formatAddr(addr)), addr);
    }),
    { numRuns: 2_000, seed: 4 },
  );
});

test('a dotted quad fills the last two groups', () => {
  assert.deepEqual(parseAddr('1:2:3:4:5:6:255.254.253.252'), parseAddr('1:2:3:4:5:6:fffe:fdfc'));
  assert.deepEqual(parseAddr('64:ff9b::192.0.2.33'), parseAddr('64:ff9b::c000:221'));
});

test('a part of a text is read without the rest', () => {
  assert.deepEqual(tryParseAddr('[2001:db8::1]:80', 1, 12), parseAddr('2001:db8::1'));
  assert.deepEqual(tryParseAddr('for=192.0.2.1;by=1', 4, 13), parseAddr('192.0.2.1'));
  assert.equal(tryParseAddr('1.2.3.4', 1), undefined);
  assert.equal(tryParseAddr('1.2.3.44', 0, 6), undefined);
  assert.equal(tryParseAddr('::1', 3), undefined);
  assert.deepEqual(tryParseAddr('::1', 0, 2), parseAddr('::'));
});

test('zones, which net.isIP accepts, are refused', () => {
  for (const text of ['fe80::1%eth0', '::1%1', 'fe80::%25']) {
    assert.equal(isIP(text), 6);
    assert.equal(tryParseAddr(text), undefined);
    assert.throws(() => parseAddr(text), {
      name: 'SyntaxError',
      message: `cannot read address "${text}": zones are not accepted`,
    });
  }
});

test('a message quotes the text, shortened if it is long', () => {
  assert.throws(() => parseAddr('1.2.3\n'), {
    name: 'SyntaxError',
    message:
      'cannot read address "1.2.3\\n": expected IPv4, such as 192.0.2.1, or IPv6, such as 2001:db8::1',
  });
  assert.throws(() => parseAddr('1'.repeat(5000)), /"1{100}"… \(5000 characters\): expected/);
});
