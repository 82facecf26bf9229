import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sawOf } from './saw.ts';

test('an answer in words', () => {
  assert.equal(sawOf({ kind: 'status', status: 503, size: -1 }), 'status 503');
  assert.equal(sawOf({ kind: 'failure', reason: 'tls' }), 'tls');
  assert.equal(sawOf({ kind: 'nothing' }), 'nothing');
});
