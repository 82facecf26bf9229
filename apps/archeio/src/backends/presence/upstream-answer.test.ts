import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presenceAtUpstream } from './upstream-answer.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

for (const [state, statuses] of [
  ['present', [200, 302, 303, 307]],
  ['absent', [404, 410]],
  ['unknown', [201, 206, 301, 304, 308, 400, 401, 403, 405, 429, 500, 502, 503, 504]],
] as const) {
  test(`${statuses.join(', ')}: ${state}`, () => {
    for (const status of statuses)
      assert.equal(presenceAtUpstream({ kind: 'status', status, size: 7 }, DIGEST), state);
  });
}

test('no answer says nothing of the content', () => {
  assert.equal(presenceAtUpstream({ kind: 'failure', reason: 'timeout' }, DIGEST), 'unknown');
  assert.equal(presenceAtUpstream({ kind: 'nothing' }, DIGEST), 'unknown');
});

// project-zot/zot#4427
test('an answer that cannot be the content says nothing of it, of a redirect too', () => {
  const of = (status: number, claims: object) =>
    presenceAtUpstream({ kind: 'status', status, size: 7, ...claims }, DIGEST);
  assert.equal(of(200, { digest: DIGEST }), 'present');
  assert.equal(of(200, { size: 0 }), 'unknown');
  assert.equal(of(200, { doubt: 'it is an HTML page' }), 'unknown');
  for (const status of [200, 302, 303, 307])
    assert.equal(of(status, { digest: `sha256:${'cd'.repeat(32)}` }), 'unknown');
});
