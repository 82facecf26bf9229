import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Backend } from './backend.ts';
import { makeFacts, type Presence, type Snapshot } from './facts.ts';
import { plan } from './plan.ts';
import { compilePolicy } from './policy.ts';
import { MOST_FAILOVER } from './store-walk.ts';

const PLACES = [
  ...['paris', 'frankfurt', 'dublin', 'tokyo', 'oregon', 'elsewhere'].map((region) => ({
    cloud: 'AWS',
    region,
  })),
  { cloud: 'office', region: '' },
];
const [UNKNOWN, PARIS, TOKYO, ELSEWHERE] = [-1, 0, 3, 5];
const KILOMETRES: Readonly<Record<string, number>> = {
  frankfurt: 480,
  dublin: 780,
  tokyo: 9700,
  oregon: 8100,
};
const TIERS = { sameRegion: 0, sameCloud: 0.02, internet: 0.09 };

const store = (name: string, more: object = {}) => ({
  name,
  url: `https://${name}.example`,
  key: '{digest}',
  near: [{ cloud: 'AWS', regions: [name] }],
  usdPerGiB: TIERS,
  ...more,
});
/** Tokyo's store has no failover, Dublin is expensive, Oregon has no price, and frankfurt is also a default. */
const POLICY = compilePolicy(
  {
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      { name: 'k8s', prefix: '', upstreams: [{ name: 'up', url: 'https://up.example', path: '' }] },
    ],
    servedHosts: [{ registries: [0] }],
    stores: [
      store('oregon', { usdPerGiB: undefined }),
      store('tokyo'),
      store('dublin', { usdPerGiB: 0.05 }),
      store('frankfurt', { default: true }),
      store('office', { near: [{ cloud: 'office' }], usdPerGiB: 0 }),
      store('paris', { failover: 'region' }),
      { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true },
    ],
    stayUpstream: [],
  },
  PLACES,
  (_from, { region }) => KILOMETRES[region],
);
const BLOB = `/v2/pause/blobs/sha256:${'0123456789abcdef'.repeat(4)}`;

type Of<T> = Partial<Record<string, T>>;
function state(
  conditions: Of<'up' | 'down' | 'trial'>,
  presence: Of<Presence>,
  otherwise: Presence = 'present',
): Snapshot {
  return {
    healthy: () => true,
    condition: ({ name }) => conditions[name] ?? 'up',
    presence: ({ name }) => presence[name] ?? otherwise,
    upstreamHas: () => 'unknown',
    isRepository: () => true,
  };
}

/** The stores in the order in which they are considered for a blob that none of them has. */
function considered(place: number, conditions: Of<'up' | 'down' | 'trial'> = {}): string[] {
  const told: string[] = [];
  plan(makeFacts('GET', BLOB, place, 0), POLICY, state(conditions, {}, 'absent'), {
    candidate: ({ name }) => told.push(name),
  });
  return told;
}
const chosen = (place: number, conditions: Of<'up' | 'down' | 'trial'>, presence: Of<Presence>) =>
  plan(makeFacts('GET', BLOB, place, 0), POLICY, state(conditions, presence)).backend?.name;

test('an absent blob does not make another region’s store a candidate', () => {
  assert.deepEqual(considered(PARIS), ['paris', 'frankfurt', 'cdn', 'up']);
  assert.equal(chosen(PARIS, {}, { paris: 'unknown' }), 'frankfurt', 'it is a default');
});

test('while the near one is unhealthy: at most two others, the cheapest, then the nearest; then the defaults; each once', () => {
  assert.deepEqual(
    POLICY.storesFor(PARIS)
      .failover()
      .map(({ name }) => name),
    ['frankfurt', 'tokyo', 'dublin', 'oregon'],
  );
  for (const condition of ['down', 'trial'] as const) {
    assert.deepEqual(considered(PARIS, { paris: condition }), [
      'paris',
      'frankfurt',
      'tokyo',
      'cdn',
      'up',
    ]);
    assert.equal(chosen(PARIS, { paris: condition }, {}), 'frankfurt');
  }
});

test('skips an unhealthy one without counting it', () => {
  assert.deepEqual(considered(PARIS, { paris: 'down', frankfurt: 'down' }), [
    'paris',
    'frankfurt',
    'tokyo',
    'dublin',
    'cdn',
    'up',
  ]);
  assert.deepEqual(
    considered(PARIS, { paris: 'down', frankfurt: 'down', tokyo: 'trial', dublin: 'down' }),
    ['paris', 'frankfurt', 'tokyo', 'dublin', 'oregon', 'cdn', 'up'],
  );
});

test('replaces no store that does not allow it, and none for an unknown network', () => {
  assert.deepEqual(considered(TOKYO, { tokyo: 'down' }), ['tokyo', 'frankfurt', 'cdn', 'up']);
  assert.deepEqual(considered(UNKNOWN, { frankfurt: 'down' }), ['frankfurt', 'cdn', 'up']);
  assert.deepEqual(considered(ELSEWHERE), ['frankfurt', 'cdn', 'up']);
});

test('asks replacement stores like the others', () => {
  const decision = plan(
    makeFacts('GET', BLOB, PARIS, 0),
    POLICY,
    state({ paris: 'trial' }, {}, 'unasked'),
  );
  assert.deepEqual(
    decision.ask?.map(({ name }) => name),
    ['frankfurt', 'tokyo', 'cdn'],
  );
  assert.equal(decision.recheck?.name, 'paris');
});

test('in any state: at most two healthy stores of other regions, none twice, and only if the near one is unhealthy', () => {
  const names = POLICY.stores.map(({ name }) => name);
  const each = <T>(value: fc.Arbitrary<T>) =>
    fc.record(Object.fromEntries(names.map((name) => [name, value])));
  fc.assert(
    fc.property(
      each(fc.constantFrom('up' as const, 'down' as const, 'trial' as const)),
      each(fc.constantFrom<Presence>('present', 'stale', 'absent', 'unknown', 'unasked')),
      fc.integer({ min: -1, max: PLACES.length - 1 }),
      (conditions, presence, place) => {
        const told: Backend[] = [];
        const decision = plan(
          makeFacts('GET', BLOB, place, 0),
          POLICY,
          state(conditions, presence),
          { candidate: (backend) => told.push(backend) },
        );
        assert.equal(new Set(told).size, told.length);
        const away = told.filter(
          ({ name, kind }) =>
            kind === 'store' &&
            !['cdn', 'frankfurt'].includes(name) &&
            name !== (PLACES[place]?.region || PLACES[place]?.cloud),
        );
        if (place !== PARIS || conditions['paris'] === 'up') assert.deepEqual(away, []);
        assert.ok(away.filter(({ name }) => conditions[name] === 'up').length <= MOST_FAILOVER);
        if (decision.backend?.kind === 'store')
          assert.equal(conditions[decision.backend.name], 'up');
      },
    ),
    { numRuns: 2000 },
  );
});
