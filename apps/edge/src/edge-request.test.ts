import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeRequest } from './edge-request.ts';

function requestOf(url: string, headers: Record<string, string> = {}): Request {
  const request = new Request('https://unused.example', { headers });
  return Object.create(request, {
    url: { value: url },
    method: { value: 'GET' },
    headers: { value: request.headers },
  });
}

test('the target is what follows the authority, as it is', () => {
  for (const [url, target] of [
    ['https://registry.example/v2/a//b?c=d', '/v2/a//b?c=d'],
    ['http://registry.example:8080/v2/..%2fx', '/v2/..%2fx'],
    ['http://[::1]:8080/', '/'],
    ['http://x/', '/'],
    ['https://registry.example', '/'],
  ])
    assert.equal(new EdgeRequest(requestOf(url), undefined).target, target);
});

test('headers are read by name, and the address only from the header that is wanted', () => {
  const headers = { 'CF-Connecting-IP': '192.0.2.1', Authorization: 'Bearer x', Host: 'a.example' };
  const wanted = new EdgeRequest(requestOf('https://a.example/', headers), 'cf-connecting-ip');
  assert.equal(wanted.addressHeader, '192.0.2.1');
  assert.equal(wanted.authorization, 'Bearer x');
  assert.equal(wanted.host, 'a.example');
  assert.equal(wanted.peer, undefined);
  assert.equal(wanted.header('x-request-id'), undefined);
  const other = new EdgeRequest(requestOf('https://a.example/'), undefined);
  assert.deepEqual(
    [other.addressHeader, other.authorization, other.host],
    [undefined, undefined, undefined],
  );
});
