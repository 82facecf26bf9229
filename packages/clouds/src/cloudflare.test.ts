import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readCloudflare } from './cloudflare.ts';

const ipv4 = { text: '173.245.48.0/20\n131.0.72.0/22', name: 'ips-v4' };
const ipv6 = { text: '2400:cb00::/32\n', name: 'ips-v6' };

test('two lists are one source, announced from everywhere', () => {
  const source = readCloudflare(ipv4, ipv6);
  assert.deepEqual([source.cloud, source.date, source.version], ['Cloudflare', null, '']);
  assert.deepEqual(
    source.prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]),
    [
      ['173.245.48.0/20', 'global'],
      ['131.0.72.0/22', 'global'],
      ['2400:cb00::/32', 'global'],
    ],
  );
});

test('a list that is empty, malformed or of the other family is refused with file and line', () => {
  assert.throws(() => readCloudflare({ ...ipv4, text: '' }, ipv6), {
    name: 'SyntaxError',
    message: 'cannot read ips-v4: the file is empty',
  });
  assert.throws(() => readCloudflare(ipv4, { ...ipv6, text: '2400:cb00::/32\n<html>' }), {
    message:
      'cannot read ips-v6: line 2: cannot read prefix "<html>": expected address/length, such as 192.0.2.0/24',
  });
  assert.throws(() => readCloudflare(ipv6, ipv4), {
    message: 'cannot read ips-v6: line 1: expected an IPv4 prefix, got "2400:cb00::/32"',
  });
});
