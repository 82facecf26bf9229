import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr } from '@archeio/netip';
import fc from 'fast-check';
import { readElement, readNode } from './node-text.ts';
import { anyText } from './testing/any-text.ts';
import { obviousElements, obviousNode } from './testing/obvious-reader.ts';

function read(text: string): string | undefined {
  const addr = readElement(text, 0, text.length);
  return addr && formatAddr(addr);
}

for (const [text, expected] of [
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:80', '192.0.2.1'],
  ['192.0.2.1:99999', '192.0.2.1'],
  ['192.0.2.1:_port.a-1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['"192.0.2.1"', '192.0.2.1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  [' \t192.0.2.1\t ', '192.0.2.1'],
  ['\t"[2001:db8::1]" ', '2001:db8::1'],
  ['::', '::'],
  ['::1:80', '::1:80'],
] as const) {
  test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(read(text), expected));
}

for (const text of [
  '',
  ' ',
  '"',
  '""',
  '" 192.0.2.1"',
  '"192.0.2.1',
  '192.0.2.1"',
  "'192.0.2.1'",
  '192.0.2.1:',
  '192.0.2.1:100000',
  '192.0.2.1:-1',
  '192.0.2.1:8 0',
  '192.0.2.1:_',
  '192.0.2.1:_a+b',
  '192.0.2.1:80:80',
  '192.0.2.1/32',
  '192.0.2.256',
  '192.0.2.01',
  '192.0.2',
  '0x7f.1',
  '3221225985',
  '１９２.0.2.1',
  '192.0.2.1\u00a0',
  '192.0.2.1\0',
  '[192.0.2.1]',
  '[192.0.2.1]:80',
  '[]',
  '[',
  '[2001:db8::1',
  '2001:db8::1]',
  '[2001:db8::1]443',
  '[2001:db8::1]:',
  '[[2001:db8::1]]',
  'fe80::1%eth0',
  '[fe80::1%25eth0]:80',
  'unknown',
  'localhost',
  'x'.repeat(16_384),
  ':'.repeat(16_384),
  '['.repeat(16_384),
]) {
  const shown = text.length > 40 ? `${text.slice(0, 4)}… (${text.length})` : text;
  test(`${JSON.stringify(shown)} is no address`, () => assert.equal(read(text), undefined));
}

test('::ffff:1.2.3.4 is taken for an unknown IPv6 address: not here, in any notation', () => {
  for (const text of [
    '::ffff:1.2.3.4',
    '::FFFF:102:304',
    '0:0:0:0:0:ffff:1.2.3.4',
    '[::ffff:1.2.3.4]',
    '"[::ffff:1.2.3.4]:80"',
  ]) {
    assert.equal(read(text), '1.2.3.4', text);
  }
});

const pieces = fc.constantFrom(
  '192.0.2.1',
  '1.2.3',
  '2001:db8::1',
  '::ffff:1.2.3.4',
  '::',
  '[',
  ']',
  '"',
  ':',
  ':80',
  ':_a',
  '%',
  ' ',
  '\t',
  '.',
  '0',
  '_',
  'unknown',
);
const elements = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join('')),
  anyText,
);

test('results agree with regular expressions and net.isIP', () => {
  fc.assert(
    fc.property(elements, (text) => {
      assert.deepEqual(readNode(text, 0, text.length), obviousNode(text));
      if (!text.includes(',')) {
        assert.deepEqual(readElement(text, 0, text.length), obviousElements(text)[0]);
      }
    }),
    { numRuns: 5000 },
  );
});

test('text around an element is not read', () => {
  fc.assert(
    fc.property(elements, elements, elements, (before, text, after) => {
      const lines = before + text + after;
      const start = before.length;
      assert.deepEqual(
        readElement(lines, start, start + text.length),
        readElement(text, 0, text.length),
      );
    }),
    { numRuns: 2000 },
  );
});
