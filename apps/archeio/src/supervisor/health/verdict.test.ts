import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeStore, judgeUpstream } from './verdict.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const body = (status: number, received: number) =>
  ({ kind: 'body', status, received, size: -1 }) as const;
const of = (kind: 'configured' | 'seen', digest = DIGEST) => ({ kind, digest });

test('an upstream passes only with 200 or 401 for /v2/', () => {
  for (let status = 100; status < 600; status++) {
    const { outcome, saw, forget } = judgeUpstream({ kind: 'status', status, size: -1 });
    assert.equal(outcome, status === 200 || status === 401 ? 'pass' : 'fail');
    assert.deepEqual([saw, forget], [`status ${status}`, false]);
  }
});

test('a configured digest passes only with a body', () => {
  for (let status = 100; status < 600; status++) {
    const ok = status === 200 || status === 206;
    const { outcome, forget } = judgeStore(body(status, ok ? 9 : 0), of('configured'));
    assert.deepEqual([outcome, forget], [ok ? 'pass' : 'fail', false], `${status}`);
  }
  assert.equal(judgeStore(body(200, 0), of('configured')).outcome, 'fail');
});

test('a digest that a store had recently is forgotten once it is gone, which is not a failure', () => {
  for (const status of [400, 404, 408, 410, 416]) {
    const { outcome, forget, absent } = judgeStore(body(status, 0), of('seen'));
    assert.deepEqual([outcome, forget], ['nothing', true], `${status}`);
    assert.equal(absent, status === 404 || status === 410 ? true : undefined, `${status}`);
  }
});

test('an answer that cannot be the blob fails, and the next canary takes another digest', () => {
  const EMPTY_BODY =
    'status 206, but its length is 0, and the digest is not that of the empty blob';
  assert.deepEqual(judgeStore(body(206, 0), of('seen')), {
    outcome: 'fail',
    saw: EMPTY_BODY,
    forget: true,
  });
  for (const kind of ['configured', 'seen'] as const) {
    for (const claims of [
      { size: 0 },
      { digest: EMPTY },
      { unreadable: 'x-amz-storage-class: GLACIER' },
      { doubt: 'it is an HTML page' },
    ]) {
      const verdict = judgeStore({ ...body(200, 9), ...claims }, of(kind));
      assert.deepEqual([verdict.outcome, verdict.forget], ['fail', kind === 'seen']);
    }
    assert.equal(judgeStore({ ...body(200, 9), size: 9 }, of(kind)).outcome, 'pass');
    assert.equal(judgeStore(body(200, 0), of(kind, EMPTY)).outcome, 'pass');
    assert.equal(judgeStore({ ...body(200, 9), size: 9 }, of(kind, EMPTY)).outcome, 'fail');
  }
});

test('a store that refuses fails, and the next canary takes another digest', () => {
  for (const status of [401, 403]) {
    const { outcome, forget } = judgeStore(body(status, 0), of('seen'));
    assert.deepEqual([outcome, forget], ['fail', true], `${status}`);
  }
});

test('a store that redirects, is overloaded or broken fails for any digest', () => {
  for (const status of [301, 302, 307, 308, 429, 500, 503]) {
    const { outcome, forget } = judgeStore(body(status, 0), of('seen'));
    assert.deepEqual([outcome, forget], ['fail', false], `${status}`);
  }
});

test('no answer is a failure with its reason; in a frozen process it is nothing', () => {
  for (const reason of ['connection', 'tls', 'timeout'] as const) {
    const expected = { outcome: 'fail', saw: reason, forget: false };
    assert.deepEqual(judgeStore({ kind: 'failure', reason }, of('seen')), expected);
    assert.deepEqual(judgeUpstream({ kind: 'failure', reason }), expected);
  }
  const refused = { kind: 'failure', reason: 'connection', detail: 'connection refused' } as const;
  assert.equal(judgeStore(refused, of('seen')).saw, 'connection refused');
  const nothing = { outcome: 'nothing', saw: 'nothing', forget: false };
  assert.deepEqual(judgeStore({ kind: 'nothing' }, of('configured')), nothing);
  assert.deepEqual(judgeUpstream({ kind: 'nothing' }), nothing);
});
