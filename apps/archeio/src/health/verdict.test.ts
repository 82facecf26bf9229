import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeStore, judgeUpstream } from './verdict.ts';

const body = (status: number, received: number) => ({ kind: 'body', status, received }) as const;

test('an upstream passes by 200 or 401 at /v2/, and by nothing else', () => {
  for (let status = 100; status < 600; status++) {
    const { outcome, saw, forget } = judgeUpstream({ kind: 'status', status, size: -1 });
    assert.equal(outcome, status === 200 || status === 401 ? 'pass' : 'fail');
    assert.deepEqual([saw, forget], [`status ${status}`, false]);
  }
});

test('a configured digest passes only by a body', () => {
  for (let status = 100; status < 600; status++) {
    const ok = status === 200 || status === 206;
    const { outcome, forget } = judgeStore(body(status, ok ? 9 : 0), 'configured');
    assert.deepEqual([outcome, forget], [ok ? 'pass' : 'fail', false], `${status}`);
  }
  assert.equal(judgeStore(body(200, 0), 'configured').outcome, 'fail');
});

test('a digest that was only seen is forgotten when it is gone, and that says nothing', () => {
  for (const status of [400, 404, 408, 410, 416]) {
    const { outcome, forget } = judgeStore(body(status, 0), 'seen');
    assert.deepEqual([outcome, forget], ['nothing', true], `${status}`);
  }
  assert.deepEqual(judgeStore(body(206, 0), 'seen'), {
    outcome: 'nothing',
    saw: 'empty body',
    forget: true,
  });
});

test('a store that refuses fails, and the next canary takes another digest', () => {
  for (const status of [401, 403]) {
    const { outcome, forget } = judgeStore(body(status, 0), 'seen');
    assert.deepEqual([outcome, forget], ['fail', true], `${status}`);
  }
});

test('a store that redirects, is overloaded or broken fails whatever is asked for', () => {
  for (const status of [301, 302, 307, 308, 429, 500, 503]) {
    const { outcome, forget } = judgeStore(body(status, 0), 'seen');
    assert.deepEqual([outcome, forget], ['fail', false], `${status}`);
  }
});

test('no answer is a failure by its reason; what a frozen process saw is nothing', () => {
  for (const reason of ['connection', 'tls', 'timeout'] as const) {
    const expected = { outcome: 'fail', saw: reason, forget: false };
    assert.deepEqual(judgeStore({ kind: 'failure', reason }, 'seen'), expected);
    assert.deepEqual(judgeUpstream({ kind: 'failure', reason }), expected);
  }
  const nothing = { outcome: 'nothing', saw: 'nothing', forget: false };
  assert.deepEqual(judgeStore({ kind: 'nothing' }, 'configured'), nothing);
  assert.deepEqual(judgeUpstream({ kind: 'nothing' }), nothing);
});
