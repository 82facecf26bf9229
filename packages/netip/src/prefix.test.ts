import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeIPv4, makeIPv6 } from './addr.ts';
import { formatAddr } from './format-addr.ts';
import { parseAddr } from './parse-addr.ts';
import { formatPrefix, parsePrefix, tryParsePrefix } from './prefix-text.ts';
import {
  comparePrefix,
  equalPrefix,
  makePrefix,
  prefixContains,
  prefixFirst,
  prefixLast,
} from './prefix.ts';

/** An address as one number. */
function numberOf(text: string): bigint {
  const { w0, w1, w2, w3 } = parseAddr(text);
  return [w0, w1, w2, w3].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

test('a prefix is masked, and its first and last address agree with arithmetic', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const pair = fc.oneof(
    fc.tuple(word.map(makeIPv4), fc.nat(32)),
    fc.tuple(
      fc.tuple(word, word, word, word).map((words) => makeIPv6(...words)),
      fc.nat(128),
    ),
  );
  fc.assert(
    fc.property(pair, ([addr, bits]) => {
      const prefix = makePrefix(addr, bits);
      const width = addr.family === 4 ? 32 : 128;
      const block = 1n << BigInt(width - bits);
      const number = numberOf(formatAddr(addr));
      const first = number - (number % block);
      assert.equal(numberOf(formatAddr(prefixFirst(prefix))), first);
      assert.equal(numberOf(formatAddr(prefixLast(prefix))), first + block - 1n);
      assert.ok(prefixContains(prefix, addr));
      assert.deepEqual(parsePrefix(formatPrefix(prefix)), prefix);
    }),
    { numRuns: 3_000, seed: 5 },
  );
});

test('a prefix contains its first and last address, and not their neighbours', () => {
  const cases = [
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0', '::a00:0']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['::', '::ffff:1.2.3.4']],
    ['1.2.3.4/32', ['1.2.3.4'], ['1.2.3.5', '1.2.3.3']],
    ['::/0', ['::', 'ffff::'], ['0.0.0.0']],
    ['2001:db8::/33', ['2001:db8:7fff::'], ['2001:db8:8000::', '2001:db9::']],
    ['1:2:3:4:5:6:7:8/128', ['1:2:3:4:5:6:7:8'], ['1:2:3:4:5:6:7:9', '1:2:3:4:5:7:7:8']],
  ] as const;
  for (const [text, inside, outside] of cases) {
    const prefix = parsePrefix(text);
    for (const addr of inside) assert.ok(prefixContains(prefix, parseAddr(addr)), addr);
    for (const addr of outside) assert.ok(!prefixContains(prefix, parseAddr(addr)), addr);
  }
});

test('a length that the family does not have is refused', () => {
  for (const bits of [-1, 33, 1.5, Number.NaN]) {
    assert.throws(() => makePrefix(parseAddr('10.0.0.0'), bits), {
      name: 'RangeError',
      message: `cannot make a prefix of ${bits} bits: length must be a whole number from 0 to 32`,
    });
  }
  assert.throws(() => makePrefix(parseAddr('::'), 129), /from 0 to 128/);
});

test('prefixes sort by address, each before those it contains', () => {
  const texts = ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '::/0', '8000::/1'];
  const prefixes = texts.map(parsePrefix);
  assert.deepEqual(prefixes.toReversed().toSorted(comparePrefix), prefixes);
  assert.ok(equalPrefix(parsePrefix('::/8'), parsePrefix('0::/8')));
  assert.ok(!equalPrefix(parsePrefix('::/8'), parsePrefix('::/9')));
  assert.ok(!equalPrefix(parsePrefix('0.0.0.0/8'), parsePrefix('::/8')));
});

test('prefixes are frozen', () => {
  const prefix = parsePrefix('10.0.0.0/8');
  assert.ok(Object.isFrozen(prefix) && Object.isFrozen(prefix.addr));
});

test('a text that is not a prefix is refused, with what was expected', () => {
  const notAddress = (text: string) =>
    `"${text}" is not an address: expected an IPv4 or IPv6 address without a zone`;
  const refused: Readonly<Record<string, string>> = {
    '10.0.0.0/33': 'the length must be 0 to 32',
    '::/129': 'the length must be 0 to 128',
    '::/1000': 'the length must be 0 to 128',
    '10.0.0.0/': 'the length must be 0 to 32',
    '10.0.0.0/08': 'the length must be 0 to 32',
    '10.0.0.0/00': 'the length must be 0 to 32',
    '10.0.0.0/+8': 'the length must be 0 to 32',
    '10.0.0.0/8 ': 'the length must be 0 to 32',
    '10.0.0.0/8/8': 'the length must be 0 to 32',
    '10.0.0.0/a': 'the length must be 0 to 32',
    '10.0.0.0/255.0.0.0': 'the length must be 0 to 32',
    '10.0.0.0': 'it has no length: did you mean "10.0.0.0/32"?',
    '2001:DB8::1': 'it has no length: did you mean "2001:db8::1/128"?',
    office: 'expected address/length, such as 192.0.2.0/24',
    '': 'expected address/length, such as 192.0.2.0/24',
    '/8': notAddress(''),
    '10/8': notAddress('10'),
    'fe80::%eth0/64': notAddress('fe80::%eth0'),
    'office/24': notAddress('office'),
    'office/99': notAddress('office'),
    '10.0.0.1/8': 'bits beyond the length must be zero: did you mean "10.0.0.0/8"?',
    '2001:DB8::1/32': 'bits beyond the length must be zero: did you mean "2001:db8::/32"?',
    '0.0.0.1/0': 'bits beyond the length must be zero: did you mean "0.0.0.0/0"?',
  };
  for (const [text, reason] of Object.entries(refused)) {
    assert.throws(() => parsePrefix(text), {
      name: 'SyntaxError',
      message: `cannot read prefix "${text}": ${reason}`,
    });
    assert.equal(tryParsePrefix(text), undefined);
  }
});

test('every length is read and written', () => {
  for (let bits = 0; bits <= 128; bits++) {
    const text = `::/${bits}`;
    assert.equal(formatPrefix(parsePrefix(text)), text);
    assert.equal(tryParsePrefix(text)?.bits, bits);
  }
});
