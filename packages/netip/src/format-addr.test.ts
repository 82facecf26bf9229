import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddr } from './format-addr.ts';
import { parseAddr } from './parse-addr.ts';

test('addresses are written as RFC 5952 says', () => {
  const written: Readonly<Record<string, string>> = {
    '0.0.0.0': '0.0.0.0',
    '255.255.255.255': '255.255.255.255',
    '192.0.2.1': '192.0.2.1',
    '0:0:0:0:0:0:0:0': '::',
    '0:0:0:0:0:0:0:1': '::1',
    '1:0:0:0:0:0:0:0': '1::',
    // §4.1 leading zeros, §4.3 lower case
    '2001:0DB8:0000:0001:0001:0001:0001:0001': '2001:db8:0:1:1:1:1:1',
    // §4.2.2 one group is not shortened
    '2001:db8::1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    // §4.2.3 the longest run, the first of equals
    '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
    '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '1:2:3:4:5:6:0:0': '1:2:3:4:5:6::',
    '1:2:3:4:5:6:7:8': '1:2:3:4:5:6:7:8',
    // §5 mixed notation where the prefix is known
    '::ffff:c000:201': '::ffff:192.0.2.1',
    '::c000:201': '::c000:201',
  };
  for (const [text, expected] of Object.entries(written)) {
    assert.equal(formatAddr(parseAddr(text)), expected);
  }
});
