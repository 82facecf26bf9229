import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ConfigurationSource } from '@archeio/configuration';
import { Isolate } from './isolate.ts';
import { compiled, digestOf } from './testing/embedded-configuration.ts';
import { PlayedPlatform } from './testing/played-platform.ts';

function isolateWith(more: Partial<ConfigurationSource> = {}) {
  const platform = new PlayedPlatform();
  const isolate = new Isolate(compiled(more), platform);
  const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    isolate.answer(new Request(`https://r.example${path}`, { headers, method }), platform);
  return { platform, isolate, send };
}

suite('the answers of an isolate', () => {
  test('by the rules, for GET and HEAD and nothing else', async () => {
    const { send } = isolateWith();
    assert.equal((await send('/v2/')).status, 200);
    assert.equal((await send('/readyz')).status, 200);
    assert.equal((await send('/v2/', {}, 'PUT')).status, 405);
    const head = await send('/v2/a/manifests/1', {}, 'HEAD');
    assert.equal(head.headers.get('location'), 'https://up.example/v2/a/manifests/1');
  });

  test('what cannot be read is refused', async () => {
    const { send } = isolateWith();
    assert.equal((await send(`/v2/${'a'.repeat(9000)}`)).status, 414);
    assert.equal((await send('/v2/', { Host: 'a b' })).status, 400);
  });

  test('IDs, reasons and tokens, if the configuration wants them', async () => {
    const { send } = isolateWith({
      explain: { header: { from: ['198.51.100.0/24'] } },
      correlation: { requestId: true, token: true, realm: 'https://r.example/token' },
    });
    const asked = { 'Archeio-Explain': '1', 'CF-Connecting-IP': '198.51.100.1' };
    const { headers } = await send('/v2/a/manifests/1', { ...asked, 'X-Request-ID': 'mine' });
    assert.equal(headers.get('x-request-id'), 'mine');
    assert.equal(headers.get('archeio-decision'), 'rule=R9, backend="up", reason=source-of-truth');
    assert.match((await send('/x')).headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/);
    assert.match(await (await send('/token')).text(), /"token":"archeio-[\da-f]{32}"/);
    const plain = await isolateWith().send('/v2/a/manifests/1', asked);
    assert.equal(plain.headers.get('x-request-id'), null);
    assert.equal(plain.headers.get('archeio-decision'), null);
  });

  test('an internal error is logged, and the upstream serves the request', async () => {
    const platform = new PlayedPlatform();
    const near = [{ cloud: 'office' }];
    const stores = [{ name: 's', url: 'https://s.example', key: '{digest}', near }];
    const tables = compiled({ stores });
    tables.places.place = () => {
      throw new Error('out of range');
    };
    const path = `/v2/a/blobs/${digestOf(1)}`;
    const headers = { 'CF-Connecting-IP': '203.0.113.1' };
    const request = new Request(`https://r.example${path}`, { headers });
    const { headers: answered } = await new Isolate(tables, platform).answer(request, platform);
    assert.equal(answered.get('location'), `https://up.example${path}`);
    assert.match(platform.lines.join(), /"event":"internal-error","error":"Error: out of range"/);
  });
});
