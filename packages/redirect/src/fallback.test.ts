import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFacts, type Presence, type Snapshot } from './facts.ts';
import { plan } from './plan.ts';
import { compilePolicy, type PolicyOptions } from './policy.ts';

const OPTIONS: PolicyOptions = {
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [
    {
      name: 'k8s',
      prefix: 'k8s/',
      upstreams: [
        { name: 'one', url: 'https://one.example', path: 'images' },
        { name: 'two', url: 'https://two.example', path: 'images' },
      ],
      signatures: { url: 'https://sig.example', path: 'canonical', fallback: true },
    },
  ],
  servedHosts: [{ registries: [0] }],
  stores: [{ name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true }],
  stayUpstream: [{ cloud: 'GCP' }],
};
const POLICY = compilePolicy(OPTIONS, [{ cloud: 'GCP', region: 'x' }]);
const WITHOUT = compilePolicy(
  {
    ...OPTIONS,
    registries: OPTIONS.registries.map((each) => ({
      ...each,
      signatures: { url: 'https://sig.example', path: 'canonical' },
    })),
  },
  [],
);
const [UNKNOWN, GCP] = [-1, 0];
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const MANIFEST = `/v2/k8s/a/manifests/${DIGEST}`;
const BLOB = `/v2/k8s/a/blobs/${DIGEST}`;

interface State {
  readonly has?: Presence;
  readonly store?: Presence;
  readonly down?: readonly string[];
}

function decide(
  target: string,
  { has = 'unknown', store = 'absent', down = [] }: State,
  more = {},
) {
  const { place = UNKNOWN, policy = POLICY } = { ...more } as {
    place?: number;
    policy?: typeof POLICY;
  };
  const asked: string[] = [];
  const state: Snapshot = {
    healthy: () => true,
    condition: ({ name }) => (down.includes(name) ? 'down' : 'up'),
    presence: () => store,
    upstreamHas: (upstream, kind, name, digest) => (
      asked.push([upstream.name, kind, name, digest].join(' ')),
      has
    ),
    isRepository: () => true,
  };
  return { ...plan(makeFacts('GET', target, place, 0), policy, state), asked };
}

test('R9a: a manifest by digest that the upstream does not have goes to the signature upstream', () => {
  const { rule, location, backend, asked } = decide(`${MANIFEST}?ns=x`, { has: 'absent' });
  assert.deepEqual(
    [rule, location, backend?.name, asked],
    [
      'R9a',
      `https://sig.example/v2/canonical/a/manifests/${DIGEST}?ns=x`,
      'signatures',
      [`one manifest a ${DIGEST}`],
    ],
  );
});

test('R12a: so does a blob that no store has, or whose client stays on the upstream', () => {
  const { rule, location, asked } = decide(BLOB, { has: 'absent' });
  assert.deepEqual(
    [rule, location, asked],
    ['R12a', `https://sig.example/v2/canonical/a/blobs/${DIGEST}`, [`one blob a ${DIGEST}`]],
  );
  assert.equal(decide(BLOB, { has: 'absent' }, { place: GCP }).rule, 'R12a');
});

test('R12a: the stores come first', () => {
  const { rule, asked } = decide(BLOB, { has: 'absent', store: 'present' });
  assert.deepEqual([rule, asked], ['R11', []]);
  const cold = decide(BLOB, { has: 'unasked', store: 'unasked' });
  assert.deepEqual(
    [cold.rule, cold.ask?.map(({ name }) => name), cold.askUpstream?.name],
    ['R12', ['cdn'], 'one'],
  );
});

test('R9a, R12a: unknown presence leads to the upstream', () => {
  for (const has of ['present', 'stale', 'unknown', 'unasked'] as const) {
    for (const [target, rule] of [
      [MANIFEST, 'R9'],
      [BLOB, 'R12'],
    ]) {
      const decision = decide(target, { has });
      assert.deepEqual([decision.rule, decision.backend?.name], [rule, 'one']);
      assert.equal(decision.askUpstream?.name, has === 'unasked' ? 'one' : undefined);
      assert.equal(decision.recheckUpstream?.name, has === 'stale' ? 'one' : undefined);
    }
  }
});

test('R9a: asks only the first healthy upstream', () => {
  const second = decide(MANIFEST, { has: 'unasked', down: ['one'] });
  assert.equal(second.askUpstream?.name, 'two');
  const none = decide(MANIFEST, { has: 'unasked', down: ['one', 'two'] });
  assert.deepEqual([none.backend?.name, none.askUpstream], ['one', undefined]);
});

test('R9a: while the signature upstream is unhealthy, the upstream', () => {
  const { rule, backend } = decide(MANIFEST, { has: 'absent', down: ['signatures'] });
  assert.deepEqual([rule, backend?.name], ['R9', 'one']);
});

test('R9a, R12a: never for tags, lists, other digests, or a registry without a fallback', () => {
  for (const target of [
    '/v2/k8s/a/manifests/v1',
    '/v2/k8s/a/tags/list',
    '/v2/k8s/a/manifests/md5:x',
    '/v2/k8s/a/blobs/md5:x',
  ])
    assert.deepEqual(decide(target, { has: 'absent' }).asked, [], target);
  const { rule, asked } = decide(MANIFEST, { has: 'absent' }, { policy: WITHOUT });
  assert.deepEqual([rule, asked], ['R9', []]);
});
