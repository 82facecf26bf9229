import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sawOf } from './saw.ts';

test('an answer in words', () => {
  assert.equal(sawOf({ kind: 'status', status: 503, size: -1 }), 'status 503');
  assert.equal(sawOf({ kind: 'failure', reason: 'tls' }), 'tls');
  const detail = 'connection refused (ECONNREFUSED)';
  assert.equal(sawOf({ kind: 'failure', reason: 'connection', detail }), detail);
  assert.equal(sawOf({ kind: 'nothing' }), 'nothing');
});
