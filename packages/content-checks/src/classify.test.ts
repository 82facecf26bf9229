import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claims } from './claims.ts';
import { observationOf, presenceAtUpstream, presenceOf } from './classify.ts';
import type { StoreAnswer } from './answer.ts';

const status = (code: number): StoreAnswer => ({ kind: 'status', status: code, size: 9 });
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const failures = (['connection', 'tls', 'timeout'] as const).map((reason): StoreAnswer => ({
  kind: 'failure',
  reason,
}));

test('200 and 206 are present with their size, 404 and 410 absent, everything else unknown', () => {
  for (let code = 100; code < 600; code++) {
    const { state, size } = presenceOf(status(code), DIGEST, 'unknown');
    if (code === 200 || code === 206) assert.deepEqual([state, size], ['present', 9]);
    else if (code === 404 || code === 410) assert.deepEqual([state, size], ['absent', -1]);
    else assert.deepEqual([state, size], ['unknown', -1], `${code}`);
  }
});

test('403 is absent where the store says so, and nothing else changes', () => {
  for (let code = 100; code < 600; code++) {
    const usual = presenceOf(status(code), DIGEST, 'unknown');
    const stated = presenceOf(status(code), DIGEST, 'absent');
    if (code === 403) assert.equal(stated.state, 'absent');
    else assert.deepEqual(stated, usual);
  }
});

test('failures, and nothing, leave the presence unknown', () => {
  for (const answer of [...failures, { kind: 'nothing' } as const]) {
    assert.deepEqual(presenceOf(answer, DIGEST, 'absent'), {
      state: 'unknown',
      size: -1,
    });
  }
});

// project-zot/zot#4427, s3fs-fuse/s3fs-fuse#139
test('an answer that cannot be the blob is not presence, whatever its status says', () => {
  const state = (code: number, claims: Partial<Claims>, digest = DIGEST): string =>
    presenceOf({ kind: 'status', status: code, size: 9, ...claims }, digest, 'unknown').state;
  for (const code of [200, 206]) {
    assert.equal(state(code, { size: 0 }), 'absent');
    assert.equal(state(code, { size: 0 }, EMPTY), 'present');
    assert.equal(state(code, { size: 9 }, EMPTY), 'absent');
    assert.equal(state(code, { unreadable: 'x-amz-storage-class: GLACIER' }), 'absent');
    assert.equal(state(code, { doubt: 'it is an HTML page' }), 'unknown');
  }
  for (const code of [403, 405, 409]) {
    assert.equal(state(code, {}), 'unknown');
    assert.equal(state(code, { unreadable: 'x-ms-error-code: BlobArchived' }), 'absent');
  }
});

test('416 of the first byte is an empty object: the empty blob, or none', () => {
  const of = (size: number, digest: string) =>
    presenceOf({ kind: 'status', status: 416, size }, digest, 'unknown');
  assert.deepEqual(of(0, EMPTY), { state: 'present', size: 0 });
  assert.deepEqual(of(0, DIGEST), { state: 'absent', size: -1 });
  assert.equal(of(9, DIGEST).state, 'unknown');
  assert.equal(of(-1, EMPTY).state, 'unknown');
});

test('5xx, 429 and failed exchanges count against the store, other statuses for it', () => {
  for (let code = 100; code < 600; code++) {
    const bad = code === 429 || code >= 500;
    assert.equal(observationOf(status(code)), bad ? 'failure' : 'answer', `${code}`);
  }
  for (const answer of failures) assert.equal(observationOf(answer), 'failure');
  assert.equal(observationOf({ kind: 'nothing' }), 'nothing');
});

for (const [state, statuses] of [
  ['present', [200, 302, 303, 307]],
  ['absent', [404, 410]],
  ['unknown', [201, 206, 301, 304, 308, 400, 401, 403, 405, 429, 500, 502, 503, 504]],
] as const) {
  test(`of an upstream, ${statuses.join(', ')}: ${state}`, () => {
    for (const status of statuses)
      assert.equal(presenceAtUpstream({ kind: 'status', status, size: 7 }, DIGEST), state);
  });
}

test('no answer says nothing about content of an upstream', () => {
  assert.equal(presenceAtUpstream({ kind: 'failure', reason: 'timeout' }, DIGEST), 'unknown');
  assert.equal(presenceAtUpstream({ kind: 'nothing' }, DIGEST), 'unknown');
});

// project-zot/zot#4427
test('an answer or a redirect of an upstream that cannot be the content says nothing about it', () => {
  const of = (status: number, claims: object) =>
    presenceAtUpstream({ kind: 'status', status, size: 7, ...claims }, DIGEST);
  assert.equal(of(200, { digest: DIGEST }), 'present');
  assert.equal(of(200, { size: 0 }), 'unknown');
  assert.equal(of(200, { doubt: 'it is an HTML page' }), 'unknown');
  for (const status of [200, 302, 303, 307])
    assert.equal(of(status, { digest: `sha256:${'cd'.repeat(32)}` }), 'unknown');
});
