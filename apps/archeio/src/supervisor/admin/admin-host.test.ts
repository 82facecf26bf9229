import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedHosts, isAllowedHost } from './admin-host.ts';

test('a listener on loopback allows the names of loopback and its configured host', () => {
  for (const bound of ['localhost', '127.0.0.1', '::1', 'LocalHost', '[0::1]', '::ffff:127.0.0.1'])
    assert.deepEqual(allowedHosts(bound), ['localhost', '127.0.0.1', '[::1]'], bound);
  assert.deepEqual(allowedHosts('127.0.0.53')?.at(-1), '127.0.0.53');
});

test('a listener on any other address allows every host', () => {
  for (const bound of ['::', '0.0.0.0', '10.0.0.1', 'fe80::1', '127.example', 'admin.example'])
    assert.equal(allowedHosts(bound), undefined, bound);
  assert.ok(isAllowedHost('any.example', undefined));
});

test('an allowed host may have any spelling and any port', () => {
  const allowed = allowedHosts('127.0.0.1');
  for (const host of [
    'LOCALHOST.',
    'localhost:',
    '127.0.0.1:9090',
    '[::1]:',
    '[0:0::1]:80',
    '[::ffff:7f00:1]',
  ])
    assert.ok(isAllowedHost(host, allowed), host);
  for (const host of ['', 'localhost.example', '127.0.0.2', '[::2]', 'example', '*'])
    assert.ok(!isAllowedHost(host, allowed), host);
});

// A proxy such as kube-rbac-proxy listens on the pod's address and passes the client's Host on.
test('listen.admin.hosts allows further hosts on loopback, by name, wildcard or all', () => {
  const allowed = allowedHosts('127.0.0.1', ['metrics.example', '*.svc', '10.0.0.1:8443']);
  for (const host of [
    'metrics.example:8443',
    'Archeio.SVC',
    'a.b.svc',
    '10.0.0.1:8443',
    'localhost',
  ])
    assert.ok(isAllowedHost(host, allowed), host);
  for (const host of ['evil.example', 'svc', '10.0.0.1', 'x.metrics.example'])
    assert.ok(!isAllowedHost(host, allowed), host);
  assert.ok(isAllowedHost('any.example', allowedHosts('::1', ['*'])));
  assert.equal(allowedHosts('10.0.0.1', ['metrics.example']), undefined);
});
