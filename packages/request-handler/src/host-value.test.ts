import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostValues } from './host-value.ts';

const GOOD = [
  'x',
  'registry.example.com',
  'registry.example.com.',
  'ex_ample.com',
  'x:80',
  'x:',
  '',
  ':80',
  '192.0.2.1:5000',
  '[::1]',
  '[::1]:5000',
  '[::ffff:192.0.2.1]',
  '[fe80::1%25eth0]:80',
  '[v1.x:y]',
  'a,b',
  '%41b',
  "!$&'()*+,;=~",
  'x:99999999',
];

// Pylons/waitress#498, cispa/http-conformance#1: RFC 9112 §3.2 asks for 400 whatever hosts are served.
const BAD = [
  'a b',
  'u:p@x',
  'u@x',
  'x/y',
  'x?y',
  'x#z',
  '[::1',
  '[::1]x',
  '[]',
  '[:::]',
  '[192.0.2.1]',
  'x:abc',
  'x:80:80',
  '::1',
  '%zz',
  '%4',
  'ex\u00e4mple',
  '"x"',
  '<x>',
  'a\\b',
  'a^b',
  '[v1.]',
];

test('a host is a name or an address, optionally with a port, or nothing', () => {
  const hosts = new HostValues();
  for (const host of GOOD)
    for (const again of [1, 2]) assert.ok(hosts.canBe(host, '/v2/'), `${host}, ${again}`);
  assert.ok(hosts.canBe(undefined, '/v2/'));
});

test('anything else is not a host, whatever host came before', () => {
  const hosts = new HostValues();
  for (const host of BAD) {
    assert.ok(hosts.canBe('x', '/v2/'));
    assert.ok(!hosts.canBe(host, '/v2/'), host);
  }
});

test('the authority of a target in absolute-form is a host, and not empty', () => {
  const hosts = new HostValues();
  for (const host of GOOD.filter((each) => /^[^:]/.test(each)))
    assert.ok(hosts.canBe('x', `http://${host}/v2/`), host);
  for (const host of [...BAD.filter((each) => !/[/?#]/.test(each)), '', ':80'])
    assert.ok(!hosts.canBe('x', `http://${host}/v2/`), host);
  assert.ok(!hosts.canBe('a b', 'http://x/v2/'));
  assert.ok(hosts.canBe('x', '*'));
});
