import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import fc from 'fast-check';
import { headerOf, questionOf } from './question.ts';

const HOST = 'registry.example';

describe('what is asked of a reference', () => {
  test('the same method, path and host', () => {
    assert.deepEqual(questionOf('GET', '/v2/a/manifests/1', HOST), {
      method: 'GET',
      path: '/v2/a/manifests/1',
      host: HOST,
    });
    assert.equal(questionOf('HEAD', '/v2/', HOST)?.method, 'HEAD');
    // A client library must not fold what the server has to refuse.
    assert.equal(questionOf('GET', '/v2/../%2e%2e/x//y', HOST)?.path, '/v2/../%2e%2e/x//y');
  });

  test('an absolute target gives the host', () => {
    for (const [target, path] of [
      ['http://t/t/x', '/t/x'],
      ['https://t', '/'],
      ['HTTP://t?token=secret', '/'],
    ])
      assert.deepEqual(questionOf('GET', target, HOST), { method: 'GET', path, host: 't' });
  });

  test('never the query or the fragment', () => {
    for (const target of ['/v2/?token=secret', '/v2/#secret', '/v2/#?secret', '/v2/?'])
      assert.equal(questionOf('GET', target, HOST)?.path, '/v2/');
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (query) => {
        assert.equal(questionOf('GET', `/v2/?${query}`, HOST)?.path, '/v2/');
      }),
    );
  });

  test('nothing else is repeated', () => {
    for (const [method, target, host] of [
      ['POST', '/v2/a/blobs/uploads/', HOST],
      ['DELETE', '/v2/a/manifests/1', HOST],
      ['OPTIONS', '/', HOST],
      ['GET', '/v2/', undefined],
      ['GET', '/v2/', ''],
      ['GET', '/v2/', 'a b'],
      ['GET', '*', HOST],
      ['GET', 'v2/', HOST],
      ['GET', '/v2/ä', HOST],
      ['GET', '/v2/\u0000', HOST],
      ['GET', 'http:///v2/', undefined],
    ] as const)
      assert.equal(questionOf(method, target, host), undefined, `${method} ${target} ${host}`);
  });

  test('the header has the mark and, if wanted, the address', () => {
    const question = { method: 'GET', path: '/', host: HOST } as const;
    const own = {
      host: HOST,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'archeio',
      'archeio-explain': '1',
      'archeio-shadow': '1',
    };
    const [four, six] = [parseAddr('192.0.2.1'), parseAddr('2001:db8::1')];
    for (const [address, settings, more] of [
      [four, {}, {}],
      [undefined, { addressHeader: 'X-Forwarded-For' }, {}],
      [four, { addressHeader: 'X-Real-IP' }, { 'X-Real-IP': '192.0.2.1' }],
      [six, { addressHeader: 'X-Forwarded-For' }, { 'X-Forwarded-For': '2001:db8::1' }],
      [
        six,
        { addressHeader: 'X-Forwarded-For', addressFormat: 'google-load-balancer' },
        { 'X-Forwarded-For': '2001:db8::1, 127.0.0.1' },
      ],
      [four, { addressHeader: 'Forwarded' }, { Forwarded: 'for=192.0.2.1' }],
      [
        six,
        { addressHeader: 'forwarded', addressFormat: 'single' },
        { forwarded: 'for="[2001:db8::1]"' },
      ],
    ] as const)
      assert.deepEqual(headerOf(question, address, settings), { ...own, ...more });
  });
});
