import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from './backend.ts';
import { makeFacts, type Presence, type Snapshot } from './facts.ts';
import { plan } from './plan.ts';
import { compilePolicy } from './policy.ts';
import { MOST_CONSIDERED } from './share.ts';

const PLACES = [
  { cloud: 'AWS', region: 'paris' },
  { cloud: 'AWS', region: 'tokyo' },
];
const BLOB = `/v2/pause/blobs/sha256:${'0123456789abcdef'.repeat(4)}`;

/** A policy with these stores, each given by name and special options. */
function policyWith(stores: readonly object[]) {
  const options = stores.map((more, index) => ({
    name: `s${index}`,
    url: `https://s${index}.example`,
    key: '{digest}',
    ...more,
  }));
  return compilePolicy(
    {
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      registries: [
        { name: 'k8s', prefix: '', upstreams: [{ name: 'u', url: 'https://u.example', path: '' }] },
      ],
      servedHosts: [{ registries: [0] }],
      stores: options,
      stayUpstream: [],
    },
    PLACES,
  );
}

/** A state in which all stores are alike, with the number of reads. */
function counting(condition: 'up' | 'down', presence: Presence) {
  let reads = 0;
  const snapshot: Snapshot = {
    healthy: () => true,
    condition: ({ kind }: Backend) => (reads++, kind === 'store' ? condition : 'up'),
    presence: () => (reads++, presence),
    upstreamHas: () => 'unknown',
    isRepository: () => true,
  };
  return { snapshot, reads: () => reads };
}

const many = (count: number, more: object): object[] => Array.from({ length: count }, () => more);
const PARIS = [{ cloud: 'AWS', regions: ['paris'] }];
const TOKYO = [{ cloud: 'AWS', regions: ['tokyo'] }];

for (const [what, stores] of [
  ['8,500 near the client', many(8500, { near: PARIS })],
  [
    '8,500 near the region and 8,500 near the cloud',
    [...many(8500, { near: PARIS }), ...many(8500, { near: [{ cloud: 'AWS' }] })],
  ],
  ['8,500 defaults', many(8500, { default: true })],
  [
    'one near and 8,500 that may stand in',
    [{ near: PARIS, failover: 'region' }, ...many(8500, { near: TOKYO, default: true })],
  ],
] as const) {
  for (const condition of ['up', 'down'] as const) {
    test(`a request reads a bounded number of states: ${what}, all ${condition} without the blob`, () => {
      const policy = policyWith(stores);
      const { snapshot, reads } = counting(condition, 'absent');
      const decision = plan(makeFacts('GET', BLOB, 0, 0), policy, snapshot);
      assert.equal(decision.rule, 'R12');
      // Near stores, replacements and defaults; for each store its condition, twice, and the blob.
      assert.ok(reads() <= 3 * 3 * MOST_CONSIDERED, `${reads()} reads`);
      const unasked = counting(condition, 'unasked');
      const first = plan(makeFacts('GET', BLOB, 0, 0), policy, unasked.snapshot);
      assert.ok((first.ask?.length ?? 0) <= 3 * MOST_CONSIDERED);
    });
  }
}

test('after the near stores that a request considers come the defaults', () => {
  const policy = policyWith([...many(100, { near: PARIS }), { name: 'cdn', default: true }]);
  const { snapshot } = counting('up', 'absent');
  const cdn: Snapshot = {
    ...snapshot,
    presence: ({ name }) => (name === 'cdn' ? 'present' : 'absent'),
  };
  assert.equal(plan(makeFacts('GET', BLOB, 0, 0), policy, cdn).backend?.name, 'cdn');
});

test('R12 gives the real reason', () => {
  const reasonOf = (
    stores: readonly object[],
    states: Readonly<Record<string, Presence | 'down'>>,
  ): string => {
    const { snapshot } = counting('up', 'absent');
    const state: Snapshot = {
      ...snapshot,
      condition: ({ name }) => (states[name] === 'down' ? 'down' : 'up'),
      presence: ({ name }) => {
        const presence = states[name] ?? 'absent';
        assert.notEqual(presence, 'down');
        return presence === 'down' ? 'absent' : presence;
      },
    };
    return plan(makeFacts('GET', BLOB, 0, 0), policyWith(stores), state).reason.words;
  };
  const two = many(2, { default: true });
  assert.equal(reasonOf([], {}), 'no store is near the client, and none is a default');
  assert.equal(
    reasonOf([{ near: TOKYO }], {}),
    'no store is near the client, and none is a default',
  );
  for (const [s0, s1, reason] of [
    ['down', 'down', 'every store for the client is unhealthy'],
    ['down', 'absent', 'no store has it'],
    ['absent', 'down', 'no store has it'],
    ['absent', 'absent', 'no store has it'],
    ['absent', 'unknown', 'no store confirmed that it has the blob'],
    ['unknown', 'absent', 'no store confirmed that it has the blob'],
    ['unknown', 'unasked', 'no store confirmed in time that it has the blob'],
    ['unasked', 'unknown', 'no store confirmed in time that it has the blob'],
    ['unasked', 'down', 'no store confirmed in time that it has the blob'],
  ] as const)
    assert.equal(reasonOf(two, { s0, s1 }), reason, `${s0}, ${s1}`);
});
