import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found } from './testing/found.ts';

const FILES = { certificate: '/c', key: '/k' };

test('the port that redirects must be free', () => {
  const at = (port: number, listen: object) =>
    found({ tls: { ...FILES, redirect: { port } }, listen });
  assert.deepEqual(found({ tls: FILES }), []);
  assert.deepEqual(at(80, { port: 443 }), []);
  assert.deepEqual(at(0, { port: 0, admin: { port: 0 } }), []);
  assert.deepEqual(at(443, { port: 443 }), [
    'tls.redirect.port: port 443 is already listen.port: choose another for plain HTTP',
  ]);
  assert.deepEqual(at(9090, {}), [
    'tls.redirect.port: port 9090 is already listen.admin.port: choose another for plain HTTP',
  ]);
  assert.deepEqual(at(9090, { host: '192.0.2.1' }), []);
});

test('both files are required, and every key is checked', () => {
  assert.deepEqual(found({ tls: { certificate: '/c' } }), [
    'tls.key: is missing: expected a string',
  ]);
  assert.equal(found({ tls: { ...FILES, redirect: { port: 80, to: 0 } } }).length, 1);
  assert.equal(found({ tls: { ...FILES, certificate: '' } }).length, 1);
});
