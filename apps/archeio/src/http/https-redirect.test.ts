import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Answer } from '@archeio/request-handler';
import { redirectToHttps } from './https-redirect.ts';

function request(target: string, host: string | undefined = 'registry.example', method = 'GET') {
  return { method, target, host, peer: undefined, addressHeader: undefined };
}

function locationOf(answer: Answer | undefined | Promise<Answer>): string | number | undefined {
  assert.ok(!(answer instanceof Promise));
  if (answer?.status !== 308) return answer?.status;
  return answer.headers[answer.headers.indexOf('Location') + 1];
}

test('keeps host, path and query, and replaces the port', () => {
  const standard = redirectToHttps({ to: 443 });
  const own = redirectToHttps({ to: 8443 });
  for (const [host, target, expected] of [
    ['registry.example', '/', 'https://registry.example/'],
    ['registry.example:80', '/v2/a/b?x=1&y', 'https://registry.example/v2/a/b?x=1&y'],
    ['registry.example:', '/v2/', 'https://registry.example/v2/'],
    ['[::1]:8080', '/v2/', 'https://[::1]/v2/'],
    ['192.0.2.1:8080', '/%2e%2E/../x', 'https://192.0.2.1/%2e%2E/../x'],
    ['ignored', 'http://other.example:8080/v2/?q', 'https://other.example/v2/?q'],
    ['ignored', 'http://other.example', 'https://other.example/'],
    ['ignored', 'http://other.example?q', 'https://other.example/?q'],
    ['x', '/a"b<>\\^`{|}\u00e9', 'https://x/a%22b%3C%3E%5C%5E%60%7B%7C%7D%C3%A9'],
    ['x', '//evil.example/', 'https://x//evil.example/'],
  ] as const) {
    assert.equal(locationOf(standard(request(target, host))), expected);
    assert.equal(locationOf(standard(request(target, host, 'HEAD'))), expected);
  }
  assert.equal(locationOf(own(request('/v2/', 'x:80'))), 'https://x:8443/v2/');
});

test('refuses a host that cannot be in a URL', () => {
  const preempt = redirectToHttps({ to: 443 });
  for (const host of ['', ':80', 'a b', 'user@host', 'a/b', '[::1', '%41', 'x\r\ny'])
    assert.equal(locationOf(preempt(request('/', host))), 400, host);
  assert.equal(locationOf(preempt({ ...request('/'), host: undefined })), 400);
});

test('leaves health checks and other methods to the handler', () => {
  const preempt = redirectToHttps({ to: 443 });
  for (const target of ['/livez', '/readyz', '/startupz', '/healthz', '/healthz?x'])
    assert.equal(preempt(request(target)), undefined);
  for (const method of ['POST', 'DELETE'])
    assert.equal(preempt(request('/', 'x', method)), undefined);
  assert.equal(preempt(request('/', 'x', 'OPTIONS')), undefined);
});

test('serves the challenges in the webroot of an ACME client, and nothing else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-acme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const challenges = join(folder, '.well-known/acme-challenge');
  mkdirSync(join(challenges, 'folder'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(challenges, 'to_ken-1'), 'to_ken-1.thumb_print-2\n');
  writeFileSync(join(challenges, 'page'), '<html>');
  writeFileSync(join(challenges, 'long'), 'x'.repeat(5000));
  const preempt = redirectToHttps({ to: 443, challenges: folder });
  const ask = async (token: string) =>
    await preempt(request(`/.well-known/acme-challenge/${token}`));
  const good = await ask('to_ken-1?x');
  assert.deepEqual([good?.status, good?.body], [200, 'to_ken-1.thumb_print-2']);
  for (const token of [
    '',
    'none',
    'folder',
    'page',
    'long',
    '../../secret',
    '..%2f..%2fsecret',
    'a/b',
  ])
    assert.equal((await ask(token))?.status, 404, token);
  const without = redirectToHttps({ to: 443 });
  assert.equal(locationOf(without(request('/.well-known/acme-challenge/x'))), 404);
  assert.equal(
    locationOf(without(request('/.well-known/other'))),
    'https://registry.example/.well-known/other',
  );
});
