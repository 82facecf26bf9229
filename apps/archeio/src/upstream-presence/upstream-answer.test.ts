import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presenceAtUpstream } from './upstream-answer.ts';

for (const [state, statuses] of [
  ['present', [200, 302, 303, 307]],
  ['absent', [404, 410]],
  ['unknown', [201, 206, 301, 304, 308, 400, 401, 403, 405, 429, 500, 502, 503, 504]],
] as const) {
  test(`${statuses.join(', ')}: ${state}`, () => {
    for (const status of statuses)
      assert.equal(presenceAtUpstream({ kind: 'status', status, size: 7 }), state);
  });
}

test('no answer says nothing of the content', () => {
  assert.equal(presenceAtUpstream({ kind: 'failure', reason: 'timeout' }), 'unknown');
  assert.equal(presenceAtUpstream({ kind: 'nothing' }), 'unknown');
});
