import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedIPv4 } from './embedded-ipv4.ts';
import { formatAddr } from './format-addr.ts';
import { parseAddr } from './parse-addr.ts';

/** The examples of RFC 6052 §2.4, RFC 3056 and RFC 4380, and their neighbours. */
const CASES = [
  ['64:ff9b::192.0.2.33', '192.0.2.33'],
  ['64:ff9b::', '0.0.0.0'],
  ['64:ff9b::ffff:ffff', '255.255.255.255'],
  ['64:ff9b::1:0:0', undefined],
  ['64:ff9b:1::192.0.2.33', undefined],
  ['64:ff9a::192.0.2.33', undefined],
  ['2002:c000:221::1', '192.0.2.33'],
  ['2002:ffff:ffff:ffff::', '255.255.255.255'],
  ['2003:c000:221::1', undefined],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45'],
  ['2001:1::3fff:fdd2', undefined],
  ['2001:db8::192.0.2.33', undefined],
  ['::ffff:192.0.2.33', undefined],
  ['::192.0.2.33', undefined],
  ['192.0.2.33', undefined],
] as const;

for (const [text, expected] of CASES)
  test(`${text} stands for ${expected ?? 'no IPv4 address'}`, () => {
    const addr = embeddedIPv4(parseAddr(text));
    assert.equal(addr && formatAddr(addr), expected);
  });
