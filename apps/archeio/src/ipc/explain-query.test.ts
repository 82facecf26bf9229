import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import fc from 'fast-check';
import { ArcheioError } from '../platform/errors.ts';
import { parseExplainQuery } from './explain-query.ts';

test('reads back what it writes, whatever the characters', () => {
  const path = fc
    .string({ unit: 'grapheme', maxLength: 60 })
    // oxlint-disable-next-line no-control-regex -- no target contains them
    .filter((text) => !/[\u0000-\u0020\u007f]/.test(text))
    .map((text) => `/${text}`);
  fc.assert(
    fc.property(
      path,
      fc.ipV6(),
      fc.option(fc.constantFrom('a.example', '[::1]:80')),
      (path, ip, host) => {
        const query = new URLSearchParams({ path, ip, ...(host !== null && { host }) });
        assert.deepEqual(parseExplainQuery(query.toString()), {
          path,
          address: parseAddr(ip),
          method: 'GET',
          host: host ?? undefined,
        });
      },
    ),
  );
});

test('a lower-case method means the upper-case one', () => {
  for (const method of ['get', 'GET', 'Get'])
    assert.equal(parseExplainQuery(`path=/&ip=1.2.3.4&method=${method}`).method, 'GET');
});

test('one clear line for an unreadable query', () => {
  for (const [query, message] of [
    ['', 'cannot read path "": expected a request target that begins with "/"'],
    ['path=v2&ip=1.2.3.4', 'cannot read path "v2": expected a request target that begins with "/"'],
    [
      'path=/a%20b&ip=1.2.3.4',
      'cannot read path "/a b": expected a request target that begins with "/"',
    ],
    ['path=/', 'cannot read ip "": expected an IPv4 or IPv6 address'],
    ['path=/&ip=1.2.3', 'cannot read ip "1.2.3": expected an IPv4 or IPv6 address'],
    ['path=/&ip=1.2.3.4&method=A%20B', 'cannot read method "A B": expected a method such as GET'],
    [
      'path=/&ip=1.2.3.4&host=a%2Fb',
      'cannot read host "a/b": expected a host such as registry.k8s.io',
    ],
    ['path=/&ip=1.2.3.4&x=1', 'cannot read parameter "x": expected path, ip, method, host'],
    ['path=/&ip=1.2.3.4&path=/', 'cannot read parameter "path": expected it only once'],
  ])
    assert.throws(() => parseExplainQuery(query), new ArcheioError('usage', message), query);
});

test('reads or refuses any input without a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (query) => {
      try {
        parseExplainQuery(query);
      } catch (error) {
        assert.ok(error instanceof ArcheioError);
      }
    }),
  );
});
