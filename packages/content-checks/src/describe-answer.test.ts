import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeAnswer, summarizeAnswer } from './describe-answer.ts';
import type { StoreAnswer } from './answer.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

test('what was seen is told in words', () => {
  for (const [answer, words] of [
    [{ kind: 'status', status: 403, size: -1 }, 'it answered 403'],
    [
      { kind: 'status', status: 200, size: 7, doubt: 'it is an HTML page' },
      'it answered 200, but it is an HTML page',
    ],
    [{ kind: 'failure', reason: 'timeout' }, 'it did not answer in time'],
    [{ kind: 'failure', reason: 'tls', detail: 'EPROTO' }, 'TLS failed (EPROTO)'],
    [{ kind: 'failure', reason: 'tls' }, 'TLS failed (no code)'],
    [
      { kind: 'failure', reason: 'connection', detail: 'connection refused (ECONNREFUSED)' },
      'connection refused (ECONNREFUSED)',
    ],
    [{ kind: 'failure', reason: 'connection' }, 'the connection failed'],
    [{ kind: 'nothing' }, 'this process could not send the request'],
  ] satisfies [StoreAnswer, string][])
    assert.equal(describeAnswer(answer, DIGEST), words);
});

test('an answer in a few words, for the log', () => {
  assert.equal(summarizeAnswer({ kind: 'status', status: 503, size: -1 }), 'status 503');
  assert.equal(summarizeAnswer({ kind: 'failure', reason: 'tls' }), 'tls');
  const detail = 'connection refused (ECONNREFUSED)';
  assert.equal(summarizeAnswer({ kind: 'failure', reason: 'connection', detail }), detail);
  assert.equal(summarizeAnswer({ kind: 'nothing' }), 'nothing');
});
