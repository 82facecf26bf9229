import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr, parseAddr, unmapAddr } from '@archeio/netip';
import fc from 'fast-check';
import { readForwardedElement, separatorBeforeForwarded } from './forwarded.ts';
import { anyText } from './testing/any-text.ts';

/** The elements from the right: addresses as text, or why there is none. */
function read(lines: string): string[] {
  const found: string[] = [];
  for (let end = lines.length; end >= 0;) {
    const separator = separatorBeforeForwarded(lines, end);
    const addr = readForwardedElement(lines, separator + 1, end);
    found.push(typeof addr === 'string' ? addr : formatAddr(addr));
    end = separator;
  }
  return found;
}

for (const [lines, ...expected] of [
  ['for=192.0.2.1', '192.0.2.1'],
  ['For="192.0.2.1"', '192.0.2.1'],
  ['FOR="192.0.2.1:80"', '192.0.2.1'],
  ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
  ['for="[2001:db8:cafe::17]:_port"', '2001:db8:cafe::17'],
  ['for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
  ['proto=http;by=203.0.113.43;for=192.0.2.60', '192.0.2.60'],
  [' proto=http ; for=192.0.2.60\t; by=x ;', '192.0.2.60'],
  ['for=192.0.2.43, for="[2001:db8:cafe::17]"', '2001:db8:cafe::17', '192.0.2.43'],
  ['for=192.0.2.43,for=198.51.100.17,', 'malformed-header', '198.51.100.17', '192.0.2.43'],
  ['for=192.0.2.43;by="a,b;c=\\"d\\\\";proto=http', '192.0.2.43'],
  ['x="a, for=1.1.1.1, ";for=192.0.2.43', '192.0.2.43'],
  ['x="\\"";for=192.0.2.43, y="\\\\";for=192.0.2.44', '192.0.2.44', '192.0.2.43'],
  ['for="192\\.0\\.2\\.43"', '192.0.2.43'],
  ['for=\\"192.0.2.43\\"', 'malformed-header'],
  ['for="::ffff:1.2.3.4"', '1.2.3.4'],
  ['for="[::ffff:102:304]:80"', '1.2.3.4'],
  // Without the quotes that the standard requires.
  ['for=192.0.2.1:80', '192.0.2.1'],
  ['for=[2001:db8::1]:80', '2001:db8::1'],
  ['for=2001:db8::1', '2001:db8::1'],
  // Addresses that a proxy hides.
  ['for=unknown', 'hidden-address'],
  ['for=UNKNOWN', 'hidden-address'],
  ['for="unknown:80"', 'hidden-address'],
  ['for=_hidden', 'hidden-address'],
  ['for="_SEVKISEK"', 'hidden-address'],
  ['for="\\unknown"', 'hidden-address'],
  ['proto=http;by=203.0.113.43', 'hidden-address'],
  // Invalid addresses.
  ['for=unknowns', 'malformed-address'],
  ['for=unknow', 'malformed-address'],
  ['for=""', 'malformed-address'],
  ['for=" 192.0.2.1"', 'malformed-address'],
  ['for=192.0.2.256', 'malformed-address'],
  ['for="fe80::1%eth0"', 'malformed-address'],
  ['for="192.0.2.1\\""', 'malformed-address'],
  // No pairs.
  ['', 'malformed-header'],
  [' ;; ', 'malformed-header'],
  ['192.0.2.1', 'malformed-header'],
  ['for', 'malformed-header'],
  ['for=', 'malformed-header'],
  ['for=;by=x', 'malformed-header'],
  ['=192.0.2.1', 'malformed-header'],
  ['for =192.0.2.1', 'malformed-header'],
  ['for= 192.0.2.1', 'malformed-header'],
  ['f@r=192.0.2.1', 'malformed-header'],
  ['for=192.0.2.1 by=x', 'malformed-header'],
  ['for="192.0.2.1"x', 'malformed-header'],
  ['for=192.0.2.1"', 'malformed-header'],
  ['for="192.0.2.1', 'malformed-header'],
  ['for="192.0.2.1\\', 'malformed-header'],
  ['for=192.0.2.1;for=192.0.2.2', 'malformed-header'],
  ['xfor=192.0.2.1', 'hidden-address'],
  ['fob=192.0.2.1;fxr=192.0.2.1;xor=192.0.2.1', 'hidden-address'],
] as const) {
  test(`${JSON.stringify(lines)} reads ${expected.join(', ')}`, () => {
    assert.deepEqual(read(lines), expected);
  });
}

test('a quote that a client leaves open hides nothing that a proxy appends', () => {
  const [last] = read('for="1.1.1.1, for=192.0.2.1');
  assert.equal(last, '192.0.2.1');
  assert.equal(read('for="\\, for="192.0.2.1;"')[0], 'malformed-address');
  assert.equal(read('for="\\, for="192.0.2.1";by=","')[0], '192.0.2.1');
});

/** What proxies write: pairs in any order, quoted or not, with any quoted text. */
const quotedString = fc
  .string({ unit: fc.constantFrom('a', ',', ';', '=', ' ', '"', '\\', '1.1.1.1', 'for=') })
  .map((content) => `"${content.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
const otherPair = fc
  .tuple(fc.constantFrom('by', 'host', 'proto', 'secret'), fc.oneof(fc.constant('x'), quotedString))
  .map(([name, value]) => `${name}=${value}`);
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const wellFormed = fc
  .tuple(
    address,
    fc.constantFrom('for', 'For', 'FOR'),
    fc.array(otherPair, { maxLength: 2 }),
    fc.array(otherPair, { maxLength: 2 }),
    fc.constantFrom(';', ' ; ', ';;'),
  )
  .map(([written, name, before, after, semicolon]) => {
    const value = written.includes(':') ? `"[${written}]"` : written;
    return { written, element: [...before, `${name}=${value}`, ...after].join(semicolon) };
  });

/** The expected address in canonical form. */
function canonical(written: string): string {
  return formatAddr(unmapAddr(parseAddr(written)));
}

test('what proxies append reads the same, whatever is to its left', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('"', '\\', ',', ';', '=', ' ', 'for=', '1.1.1.1', '_x', '[', ']'),
  });
  fc.assert(
    fc.property(
      fc.array(wellFormed, { minLength: 1, maxLength: 4 }),
      hostile,
      (proxies, client) => {
        const appended = proxies.map(({ element }) => element).join(', ');
        const found = read(`${client},${appended}`);
        for (const [index, { written }] of proxies.toReversed().entries()) {
          assert.equal(found[index], canonical(written));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('anything can be read: an address or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.string({ unit: fc.constantFrom('"', '\\', ',', ';', '=', ' ', 'for', 'for=1.1.1.1') }),
      ),
      (lines) => assert.ok(read(lines).length > 0),
    ),
    { numRuns: 2000 },
  );
});
