import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareAnswers, type Comparison, type ReferenceAnswer } from './compare.ts';
import {
  BLOB,
  BRANCH,
  COMPARED,
  decisionFor,
  DIGEST,
  ELSEWHERE,
  HOST,
  OFFICE,
} from './testing/compared-policy.ts';

/** Compares an answer of a reference with ours to the same target. */
function compared(
  target: string,
  reference: Partial<ReferenceAnswer>,
  store?: string,
  place = OFFICE,
): Comparison {
  const own = {
    decision: decisionFor(target, place, store),
    digest: target.includes('/blobs/') ? DIGEST : undefined,
    place,
    host: HOST,
  };
  const answer = { status: 307, location: undefined, decision: undefined, ...reference };
  return compareAnswers(own, answer, COMPARED);
}

const to = (location: string, decision?: string) => ({ location, decision });
const MANIFEST = '/v2/pause/manifests/3.9';

describe('an answer of a reference', () => {
  test('agrees in the same class of status, without or with a redirect', () => {
    for (const status of [404, 400, 403])
      assert.equal(compared('/v2/_catalog', { status }).agreement, 'same', String(status));
    const error = { status: 404, location: 'https://elsewhere.example/' };
    assert.deepEqual(compared('/v2/_catalog', error), {
      agreement: 'same',
      rule: undefined,
      target: undefined,
    });
    assert.equal(compared('/v2/', { status: 200 }).agreement, 'same');
    const location = 'https://up.example/v2/images/pause/manifests/3.9';
    for (const status of [301, 302, 303, 307, 308])
      assert.deepEqual(compared(MANIFEST, { status, location }), {
        agreement: 'same',
        rule: undefined,
        target: 'up',
      });
  });

  test('differs in status', () => {
    const location = 'https://up.example/v2/images/pause/manifests/3.9';
    for (const [target, reference] of [
      ['/v2/', { status: 401 }],
      ['/v2/_catalog', { status: 200 }],
      ['/v2/_catalog', { status: 307, location }],
      [MANIFEST, { status: 404 }],
      [MANIFEST, { status: 200, location }],
      [MANIFEST, { status: 304 }],
      [MANIFEST, { status: 502 }],
      [MANIFEST, { status: 0 }],
    ] as const)
      assert.equal(compared(target, reference).agreement, 'status', JSON.stringify(reference));
  });

  test('agrees whatever the query, the escapes and the spelling of the host', () => {
    for (const location of [
      `https://a.example/${DIGEST}?X-Amz-Signature=abc&rid=1`,
      `https://A.example:443/${DIGEST}#x`,
      `https://a.example/${DIGEST.replace(':', '%3A')}`,
      `https://a.example/x/../${DIGEST}`,
    ])
      assert.equal(compared(BLOB, to(location), 'a').agreement, 'same', location);
  });

  test('agrees on a store that shares the blobs of this client, and not on others', () => {
    const shared = `https://s3.example/b/x/${DIGEST}?signed`;
    assert.deepEqual(compared(BLOB, to(shared), 'a'), {
      agreement: 'same',
      rule: undefined,
      target: 'b',
    });
    for (const [location, store, place, agreement, target] of [
      [`https://a.example/${DIGEST}`, 'b', OFFICE, 'same', 'a'],
      [`https://s3.example/last/${DIGEST}`, 'a', OFFICE, 'backend', 'last'],
      [`https://cdn.example:8443/${DIGEST}`, 'a', OFFICE, 'backend', 'cdn'],
      [`https://a.example/${DIGEST}`, 'cdn', ELSEWHERE, 'backend', 'a'],
      [`https://s3.example/b/x/${DIGEST}`, 'cdn', BRANCH, 'backend', 'b'],
    ] as const)
      assert.deepEqual(
        compared(BLOB, to(location), store, place),
        { agreement, rule: undefined, target },
        location,
      );
  });

  test('differs in the backend: the one with the longest prefix counts', () => {
    for (const [location, target] of [
      [`https://s3.example/b/branch/${DIGEST}`, 'branch'],
      [`https://up.example/v2/images/pause/blobs/${DIGEST}`, 'up'],
      [`https://up.example/v2/images/signatures/pause/blobs/${DIGEST}`, 'signatures'],
      ['https://info.example/start', 'info.example'],
    ])
      assert.deepEqual(compared(BLOB, to(location), 'a'), {
        agreement: 'backend',
        rule: undefined,
        target,
      });
  });

  test('differs in the key or path', () => {
    for (const [location, target] of [
      [`https://a.example/containers/${DIGEST}`, 'a'],
      ['https://a.example/', 'a'],
      [`https://s3.example/b/${DIGEST}`, 'b'],
    ])
      assert.deepEqual(compared(BLOB, to(location), 'a'), {
        agreement: 'key',
        rule: undefined,
        target,
      });
    assert.equal(
      compared(MANIFEST, to('https://up.example/v2/images/other/manifests/3.9')).agreement,
      'key',
    );
  });

  test('differs if it leads to a host or path that the configuration does not have', () => {
    for (const [location, target] of [
      [`https://elsewhere.example/${DIGEST}?X-Amz-Signature=secret`, 'elsewhere.example'],
      [`https://user:secret@elsewhere.example:8443/${DIGEST}`, 'elsewhere.example:8443'],
      [`http://a.example/${DIGEST}`, 'a.example'],
      ['https://s3.example/bb/x', 's3.example'],
      ['https://s3.example/', 's3.example'],
      ['https://up.example/v2/image', 'up.example'],
      ['/login', HOST],
      ['//elsewhere.example/x', 'elsewhere.example'],
      ['', HOST],
      ['ftp://a.example/', undefined],
      ['https://', undefined],
      ['https://[', undefined],
    ])
      assert.deepEqual(compared(BLOB, to(String(location)), 'a'), {
        agreement: 'unknown-backend',
        rule: undefined,
        target,
      });
  });

  test('pages: the same, another, and neither', () => {
    assert.equal(compared('/', to('https://info.example/start?x')).agreement, 'same');
    for (const location of ['https://privacy.example', `https://a.example/${DIGEST}`])
      assert.equal(compared('/', to(location)).agreement, 'backend', location);
    assert.equal(compared('/', to('https://info.example/')).agreement, 'unknown-backend');
  });

  test('differs in the rule, if nothing else differs and the reference says it', () => {
    const location = `https://a.example/${DIGEST}`;
    const ruleOf = (field: string) => compared(BLOB, to(location, field), 'a');
    assert.deepEqual(ruleOf('rule=R11, backend="z", reason=first-healthy-store'), {
      agreement: 'same',
      rule: 'R11',
      target: 'a',
    });
    assert.deepEqual(ruleOf('rule=R12a;x'), { agreement: 'rule', rule: 'R12a', target: 'a' });
    for (const garbage of ['', 'rule=', 'rule=R999', 'rule=<script>', 'R12', 'rule=R12b'])
      assert.deepEqual(ruleOf(garbage), { agreement: 'same', rule: undefined, target: 'a' });
    assert.equal(compared('/v2/_catalog', { status: 404, decision: 'rule=R6' }).agreement, 'rule');
    assert.equal(
      compared(BLOB, to('https://b.example', 'rule=R12'), 'a').agreement,
      'unknown-backend',
    );
  });

  test('a blob with a digest that stores are not asked for', () => {
    const target = `/v2/pause/blobs/sha512:${'0'.repeat(128)}`;
    const own = {
      decision: decisionFor(target, OFFICE),
      digest: undefined,
      place: OFFICE,
      host: HOST,
    };
    const answer = { status: 307, location: 'https://a.example/x', decision: undefined };
    assert.equal(compareAnswers(own, answer, COMPARED).agreement, 'backend');
  });
});
