import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observationOf, presenceOf } from './classify.ts';
import type { StoreAnswer } from './store-checker.ts';

const status = (code: number): StoreAnswer => ({ kind: 'status', status: code, size: 9 });
const failures = (['connection', 'tls', 'timeout'] as const).map((reason): StoreAnswer => ({
  kind: 'failure',
  reason,
}));

test('200 and 206 are present with their size, 404 and 410 absent, everything else unknown', () => {
  for (let code = 100; code < 600; code++) {
    const { state, size } = presenceOf(status(code), { forbidden: 'unknown' });
    if (code === 200 || code === 206) assert.deepEqual([state, size], ['present', 9]);
    else if (code === 404 || code === 410) assert.deepEqual([state, size], ['absent', -1]);
    else assert.deepEqual([state, size], ['unknown', -1], `${code}`);
  }
});

test('403 is absent where the store says so, and nothing else changes', () => {
  for (let code = 100; code < 600; code++) {
    const usual = presenceOf(status(code), { forbidden: 'unknown' });
    const stated = presenceOf(status(code), { forbidden: 'absent' });
    if (code === 403) assert.equal(stated.state, 'absent');
    else assert.deepEqual(stated, usual);
  }
});

test('failures, and nothing, leave the presence unknown', () => {
  for (const answer of [...failures, { kind: 'nothing' } as const]) {
    assert.deepEqual(presenceOf(answer, { forbidden: 'absent' }), { state: 'unknown', size: -1 });
  }
});

test('5xx, 429 and failed exchanges count against the store, other statuses for it', () => {
  for (let code = 100; code < 600; code++) {
    const bad = code === 429 || code >= 500;
    assert.equal(observationOf(status(code)), bad ? 'failure' : 'answer', `${code}`);
  }
  for (const answer of failures) assert.equal(observationOf(answer), 'failure');
  assert.equal(observationOf({ kind: 'nothing' }), 'nothing');
});
