import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authorityOf, queryOf, routeOf } from './route.ts';

const kind = (target: string, method = 'GET') => {
  const route = routeOf(method, target);
  return route.kind === 'invalid' ? `${route.error.status} ${route.error.code}` : route.kind;
};

test('parses only GET and HEAD further', () => {
  assert.equal(kind('/v2/', 'HEAD'), 'base');
  for (const method of [
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'CONNECT',
    'TRACE',
    'get',
    '',
  ]) {
    assert.equal(kind('/v2/', method), 'method', method);
  }
});

test('pages and health checks', () => {
  assert.deepEqual(routeOf('GET', '/'), { kind: 'page', page: 'info' });
  assert.deepEqual(routeOf('GET', '/?x'), { kind: 'page', page: 'info' });
  assert.deepEqual(routeOf('GET', '/privacy'), { kind: 'page', page: 'privacy' });
  for (const check of ['livez', 'readyz', 'startupz', 'healthz']) {
    assert.deepEqual(routeOf('GET', `/${check}`), { kind: 'health', check });
  }
});

test('/live and /ready are the checks livez and readyz', () => {
  assert.deepEqual(routeOf('GET', '/live'), { kind: 'health', check: 'livez' });
  assert.deepEqual(routeOf('HEAD', '/ready?x'), { kind: 'health', check: 'readyz' });
});

test('OPTIONS / is a readiness check, as HAProxy sends by default', () => {
  assert.deepEqual(routeOf('OPTIONS', '/'), { kind: 'health', check: 'readyz' });
  for (const target of ['*', '/v2/', '/livez', '/?x', '//'])
    assert.equal(kind(target, 'OPTIONS'), 'method', target);
});

test('tokens have one path, on every host', () => {
  for (const target of ['/token', '/token?service=a&scope=b', 'http://host/token'])
    assert.equal(kind(target), 'token', target);
  for (const target of ['/token/', '/Token', '/v2/token', '/token%20', '/below/token'])
    assert.notEqual(kind(target), 'token', target);
});

test('any other path outside /v2/ is elsewhere', () => {
  for (const target of [
    '',
    '*',
    '/v1/',
    '/v2foo/manifests/x',
    '//v2/',
    '/livez/',
    '/live/',
    '/startup',
    '/health',
    '/../v2/',
    '/V2/',
    '\\v2\\',
    'v2/',
    '/%2e',
    'ftp://host/v2/',
  ]) {
    assert.equal(kind(target), 'elsewhere', target);
  }
});

test('/v2foo/ is served as foo: it is elsewhere', () => {
  assert.equal(kind('/v2foo/manifests/latest'), 'elsewhere');
});

test('the query is not part of the path', () => {
  assert.equal(kind('/v2?ns=registry.k8s.io'), 'base');
  assert.equal(kind('/v2/_catalog?n=100'), 'catalog');
  assert.equal(kind('/v2/_catalog/?n=100'), 'catalog');
  assert.equal(kind('/v2/a/tags/list?n=1&last=b/c'), 'tags');
  assert.equal(queryOf('/v2/a/tags/list?n=1?x'), '?n=1?x');
  assert.equal(queryOf('/v2/'), '');
});

test('an absolute-form target is read without its authority', () => {
  assert.equal(kind('http://registry.k8s.io/v2/'), 'base');
  assert.equal(kind('HTTPS://registry.k8s.io:443/v2/a/manifests/b'), 'manifest');
  assert.equal(kind('http://registry.k8s.io'), 'page');
  assert.equal(kind('http://registry.k8s.io?x=/v2/'), 'page');
});

test('the authority of an absolute-form target is the host', () => {
  assert.equal(authorityOf('http://registry.k8s.io/v2/'), 'registry.k8s.io');
  assert.equal(authorityOf('HTTPS://[::1]:5000?x'), '[::1]:5000');
  for (const target of ['/v2/', '//host/v2/', '*', 'ftp://host/'])
    assert.equal(authorityOf(target), undefined, target);
});

test('routeOf never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (method, target) => void routeOf(method, target)),
    { numRuns: 5000 },
  );
});
