import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressOf, attributesOf, methodName, pathOf, routeOfKind } from './span-attributes.ts';

test('the path has neither query nor authority', () => {
  for (const [target, path] of [
    ['/v2/a/blobs/b', '/v2/a/blobs/b'],
    ['/v2/?token=secret', '/v2/'],
    ['/a#b?c', '/a'],
    ['http://me:secret@host:80/v2/?q', '/v2/'],
    ['HTTPS://host', '/'],
    ['https://host?q', '/'],
    ['*', '*'],
    ['', '/'],
  ] as const)
    assert.equal(pathOf(target), path, target);
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      assert.equal(
        pathOf(url),
        url.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*/, '') || '/',
      );
    }),
  );
});

test('the address of the server has neither port nor credentials', () => {
  for (const [host, address, port] of [
    ['Registry.Example', 'registry.example', undefined],
    ['registry.example:8443', 'registry.example', 8443],
    ['me:secret@registry.example:1', 'registry.example', 1],
    ['[2001:db8::1]:80', '[2001:db8::1]', 80],
    ['[2001:db8::1]', '[2001:db8::1]', undefined],
    ['', '', undefined],
  ] as const)
    assert.deepEqual(addressOf(host), port === undefined ? { address } : { address, port }, host);
});

test('a method of no standard is one of all others', () => {
  const request = { addressHeader: undefined, peer: undefined, target: '/v2/', host: undefined };
  const brewed = { ...request, method: 'BREW' };
  assert.deepEqual(attributesOf(brewed, undefined), {
    'http.request.method': '_OTHER',
    'http.request.method_original': 'BREW',
    'url.path': '/v2/',
    'url.scheme': 'http',
  });
  assert.equal(methodName(brewed), 'HTTP');
  assert.equal(methodName({ ...request, method: 'HEAD' }), 'HEAD');
  assert.equal(routeOfKind('page'), undefined);
  assert.equal(routeOfKind('base'), '/v2/');
});
