import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from './decision.ts';
import type { Snapshot } from './facts.ts';
import { plan } from './plan.ts';
import { compilePolicy } from './policy.ts';
import {
  factsOf,
  GCP,
  HEX,
  OPTIONS,
  PARIS,
  PLACES,
  POLICY,
  snapshot,
  type State,
  UNKNOWN,
} from './testing/small-policy.ts';

const UNSIGNED = compilePolicy(
  { ...OPTIONS, registries: [{ ...OPTIONS.registries[0], signatures: undefined }] },
  PLACES,
);
const BLOB = `/v2/pause/blobs/sha256:${HEX}`;

function decide(target: string, place = UNKNOWN, state: State = {}, policy = POLICY): Decision {
  return plan(factsOf(target, place), policy, snapshot(state));
}

const brief = ({ rule, status, location, backend }: Decision) =>
  [rule, status, location, backend?.name].filter((part) => part !== undefined).join(' ');

test('R1: refuses any method but GET and HEAD with an OCI error', () => {
  const decision = plan(factsOf(BLOB, UNKNOWN, 'PUT'), POLICY, snapshot({}));
  assert.equal(brief(decision), 'R1 405');
  assert.equal(decision.error?.code, 'UNSUPPORTED');
});

test('R2 to R7: answers that do not depend on backends', () => {
  assert.equal(brief(decide('/')), 'R2 307 https://info.example');
  assert.equal(brief(decide('/privacy')), 'R3 307 https://privacy.example');
  assert.equal(brief(decide('/v2')), 'R4 200');
  assert.equal(brief(decide('/v2/')), 'R4 200');
  assert.equal(brief(decide('/v2/_catalog?n=1')), 'R5 404');
  assert.equal(decide('/v2/_catalog').error?.code, 'UNSUPPORTED');
  assert.equal(brief(decide('/v2/A/tags/list')), 'R6 400');
  assert.equal(brief(decide('/v2/a/manifests/-')), 'R6 404');
  assert.equal(brief(decide('/livez')), 'R7 200');
  assert.equal(brief(decide('/readyz', UNKNOWN, { ready: false })), 'R7 503');
  assert.equal(brief(decide('/elsewhere')), 'R7 404');
});

test('R4, R7: with tokens, the API base asks for one, and /token gives it; nothing else changes', () => {
  const realm = 'https://images.example/token';
  const on = compilePolicy({ ...OPTIONS, correlation: { token: true, realm } }, PLACES);
  const off = compilePolicy({ ...OPTIONS, correlation: { token: false, realm } }, PLACES);
  for (const policy of [POLICY, off]) {
    assert.equal(brief(decide('/v2/', UNKNOWN, {}, policy)), 'R4 200');
    assert.equal(brief(decide('/token', UNKNOWN, {}, policy)), 'R7 404');
  }
  const asking = decide('/v2/', UNKNOWN, {}, on);
  assert.equal(brief(asking), 'R4 401');
  assert.equal(asking.reason.code, 'token-challenge');
  assert.equal(asking.challenge, `Bearer realm="${realm}",service="images.example"`);
  const withToken = { ...factsOf('/v2/'), hasToken: true };
  assert.equal(plan(withToken, on, snapshot({})), decide('/v2/'));
  assert.equal(brief(decide('/token', UNKNOWN, {}, on)), 'R7 200');
  assert.equal(decide('/token?scope=x', UNKNOWN, {}, on).reason.code, 'pull-token');
  for (const target of ['/', BLOB, '/v2/pause/manifests/3.9', '/v2/_catalog', '/token/', '/livez'])
    assert.equal(brief(decide(target, UNKNOWN, {}, on)), brief(decide(target)), target);
});

test('R8: signature tags and referrers go to the signature upstream', () => {
  assert.equal(
    brief(decide(`/v2/a/manifests/sha256-${HEX}.sig?ns=x`)),
    `R8 307 https://sig.example/v2/proj/images/a/manifests/sha256-${HEX}.sig?ns=x signatures`,
  );
  assert.equal(
    brief(decide(`/v2/a/manifests/sha512-${HEX}`)),
    `R8 307 https://sig.example/v2/proj/images/a/manifests/sha512-${HEX} signatures`,
  );
  assert.equal(
    brief(decide(`/v2/a/referrers/sha256:${HEX}?artifactType=b`)),
    `R8 307 https://sig.example/v2/proj/images/a/referrers/sha256:${HEX}?artifactType=b signatures`,
  );
});

test('R8: while the signature upstream is unhealthy, the upstream', () => {
  const state: State = { conditions: { signatures: 'down' } };
  assert.equal(
    brief(decide(`/v2/a/manifests/sha256-${HEX}`, UNKNOWN, state)),
    `R8 307 https://one.example/v2/proj/images/a/manifests/sha256-${HEX} one`,
  );
});

test('R9: manifests, tags and referrers without a signature upstream go to the upstream', () => {
  assert.equal(
    brief(decide('/v2/a/manifests/v1')),
    'R9 307 https://one.example/v2/proj/images/a/manifests/v1 one',
  );
  assert.equal(
    brief(decide(`/v2/a/manifests/sha256:${HEX}`)),
    `R9 307 https://one.example/v2/proj/images/a/manifests/sha256:${HEX} one`,
  );
  assert.equal(
    brief(decide('/v2/a/tags/list')),
    'R9 307 https://one.example/v2/proj/images/a/tags/list one',
  );
  assert.equal(
    brief(decide(`/v2/a/referrers/sha256:${HEX}`, UNKNOWN, {}, UNSIGNED)),
    `R9 307 https://one.example/v2/proj/images/a/referrers/sha256:${HEX} one`,
  );
  assert.equal(
    brief(decide(`/v2/a/manifests/sha256-${HEX}`, UNKNOWN, {}, UNSIGNED)),
    `R9 307 https://one.example/v2/proj/images/a/manifests/sha256-${HEX} one`,
  );
});

test('R9: a name that already begins with the path is not prefixed again on tags and referrers, but is on manifests', () => {
  assert.equal(
    decide('/v2/proj/images/a/tags/list?last=b').location,
    'https://one.example/v2/proj/images/a/tags/list?last=b',
  );
  assert.equal(
    decide(`/v2/proj/images/a/referrers/sha256:${HEX}`).location,
    `https://sig.example/v2/proj/images/a/referrers/sha256:${HEX}`,
  );
  assert.equal(
    decide('/v2/proj/images/a/manifests/b').location,
    'https://one.example/v2/proj/images/proj/images/a/manifests/b',
  );
  assert.equal(
    decide('/v2/proj/imagesx/tags/list').location,
    'https://one.example/v2/proj/images/proj/imagesx/tags/list',
  );
});

test('skips an unhealthy upstream; if all are unhealthy, uses the first', () => {
  assert.equal(
    decide('/v2/a/manifests/v1', UNKNOWN, { conditions: { one: 'down' } }).backend?.name,
    'two',
  );
  assert.equal(
    decide('/v2/a/manifests/v1', UNKNOWN, { conditions: { one: 'down', two: 'trial' } }).backend
      ?.name,
    'one',
  );
});

test('R10: blobs of a network that stays on the upstream', () => {
  assert.equal(
    brief(decide(BLOB, GCP, { presence: { cdn: 'present' } })),
    `R10 307 https://one.example/v2/proj/images/pause/blobs/sha256:${HEX} one`,
  );
});

test('R11: the near store, then the default', () => {
  const both: State = { presence: { paris: 'present', cdn: 'present' } };
  assert.equal(
    brief(decide(`${BLOB}?ns=x`, PARIS, both)),
    `R11 307 https://paris.example/containers/images/sha256:${HEX} paris`,
  );
  assert.equal(
    brief(decide(BLOB, UNKNOWN, both)),
    `R11 307 https://cdn.example/containers/images/sha256:${HEX} cdn`,
  );
  assert.equal(
    decide(BLOB, PARIS, { presence: { paris: 'absent', cdn: 'present' } }).backend?.name,
    'cdn',
  );
  assert.equal(
    decide(BLOB, PARIS, { presence: { paris: 'unknown', cdn: 'present' } }).backend?.name,
    'cdn',
  );
  assert.equal(
    decide(BLOB, PARIS, { ...both, conditions: { paris: 'down' } }).backend?.name,
    'cdn',
  );
});

test('R11: uses a stale answer, and asks again after answering', () => {
  const decision = decide(BLOB, PARIS, { presence: { paris: 'stale' } });
  assert.equal(decision.backend?.name, 'paris');
  assert.equal(decision.recheck?.name, 'paris');
  assert.equal(decision.ask, undefined);
});

test('skips a store that is due for a trial, and asks it after answering', () => {
  const decision = decide(BLOB, PARIS, {
    conditions: { paris: 'trial' },
    presence: { cdn: 'stale' },
  });
  assert.equal(decision.backend?.name, 'cdn');
  assert.equal(decision.recheck?.name, 'paris');
});

test('a decision made without knowing lists the stores to ask, from the first unasked one', () => {
  const cold = decide(BLOB, PARIS);
  assert.deepEqual(
    cold.ask?.map(({ name }) => name),
    ['paris', 'cdn'],
  );
  assert.equal(cold.rule, 'R12');
  const second = decide(BLOB, PARIS, { presence: { cdn: 'present' } });
  assert.deepEqual(
    second.ask?.map(({ name }) => name),
    ['paris', 'cdn'],
  );
  assert.equal(second.rule, 'R11');
  assert.deepEqual(
    decide(BLOB, PARIS, { presence: { paris: 'absent' } }).ask?.map(({ name }) => name),
    ['cdn'],
  );
  assert.equal(decide(BLOB, PARIS, { presence: { paris: 'present' } }).ask, undefined);
  assert.equal(decide(BLOB, PARIS, { conditions: { paris: 'down', cdn: 'down' } }).ask, undefined);
});

test('R12: no store has the blob, or its presence is unknown', () => {
  const location = `https://one.example/v2/proj/images/pause/blobs/sha256:${HEX}`;
  const absent = decide(BLOB, PARIS, { presence: { paris: 'absent', cdn: 'absent' } });
  assert.equal(brief(absent), `R12 307 ${location} one`);
  assert.equal(absent.reason.words, 'no store has it');
  assert.equal(
    decide(BLOB, PARIS, { presence: { paris: 'unknown', cdn: 'absent' } }).reason.words,
    'no store confirmed that it has the blob',
  );
  assert.equal(
    brief(decide('/v2/pause/blobs/md5:x?ns=y')),
    'R12 307 https://one.example/v2/proj/images/pause/blobs/md5:x?ns=y one',
  );
});

test('regression: redirects to an upstream keep the query, and those to a store drop it', () => {
  assert.equal(
    decide('/v2/a/tags/list?n=2&last=b').location,
    'https://one.example/v2/proj/images/a/tags/list?n=2&last=b',
  );
  assert.equal(
    decide(`${BLOB}?n=2`, UNKNOWN, { presence: { cdn: 'present' } }).location,
    `https://cdn.example/containers/images/sha256:${HEX}`,
  );
});

test('regression: /v2/../../x does not escape the configured path, and %3F does not inject a query', () => {
  for (const target of [
    '/v2/../../x/manifests/y',
    '/v2/..%2f..%2fx/manifests/y',
    '/v2/a%3Fb/manifests/y',
    '/v2/a/manifests/y%3Fz',
    `/v2/a/blobs/sha256:${HEX}?z:1%0d%0aX: y`,
  ]) {
    const { location } = decide(target);
    assert.ok(
      location === undefined || location.startsWith('https://one.example/v2/proj/images/a/blobs/'),
      target,
    );
    assert.ok(!/[\r\n]/.test(location ?? ''));
  }
});

test('regression: a digest with ?z:1 does not grow a cache, because the query is not part of the lookup', () => {
  const asked = new Set<string>();
  const state: Snapshot = {
    ...snapshot({}),
    presence: (_store, digest) => (asked.add(digest), 'absent'),
  };
  for (let at = 0; at < 100; at++) plan(factsOf(`${BLOB}?z:${at}`), POLICY, state);
  assert.deepEqual([...asked], [`sha256:${HEX}`]);
});
