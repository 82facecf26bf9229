import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedHosts, isAllowedHost } from './admin-host.ts';

test('on loopback the names of loopback are allowed, and the one that is configured', () => {
  for (const bound of ['localhost', '127.0.0.1', '::1', 'LocalHost'])
    assert.deepEqual(allowedHosts(bound), ['localhost', '127.0.0.1', '[::1]'], bound);
  assert.deepEqual(allowedHosts('127.0.0.53')?.at(-1), '127.0.0.53');
});

test('elsewhere any host is allowed', () => {
  for (const bound of ['::', '0.0.0.0', '10.0.0.1', 'fe80::1', '127.example', 'admin.example'])
    assert.equal(allowedHosts(bound), undefined, bound);
  assert.ok(isAllowedHost('any.example', undefined));
});
