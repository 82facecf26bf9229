import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeAnswer } from './summarize-answer.ts';

test('an answer in words', () => {
  assert.equal(summarizeAnswer({ kind: 'status', status: 503, size: -1 }), 'status 503');
  assert.equal(summarizeAnswer({ kind: 'failure', reason: 'tls' }), 'tls');
  const detail = 'connection refused (ECONNREFUSED)';
  assert.equal(summarizeAnswer({ kind: 'failure', reason: 'connection', detail }), detail);
  assert.equal(summarizeAnswer({ kind: 'nothing' }), 'nothing');
});
