import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, type PolicyOptions } from './policy.ts';

const PLACES = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'AWS', region: 'us-east-1' },
  { cloud: 'GCP', region: 'us-central1' },
];

const REGISTRY = {
  name: 'first',
  prefix: '',
  upstreams: [
    { name: 'first', url: 'https://first.example', path: 'a/b' },
    { name: 'gcp', url: 'https://gcp.example', path: '', near: [{ cloud: 'GCP' }] },
  ],
};

const OPTIONS: PolicyOptions = {
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [REGISTRY],
  servedHosts: [{ registries: [0] }],
  stores: [
    { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true },
    {
      name: 'off',
      url: 'https://off.example',
      key: '{digest}',
      near: [{ cloud: 'AWS', regions: ['us-east-1'] }],
      enabled: false,
    },
    {
      name: 'aws',
      url: 'https://aws.example',
      key: '{digest}',
      near: [{ cloud: 'AWS' }],
      default: true,
    },
    {
      name: 'paris',
      url: 'https://paris.example/bucket',
      key: '{digest}',
      near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
      checkUrl: 'https://origin.example',
    },
  ],
  stayUpstream: [{ cloud: 'GCP' }],
};

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

test('tries near stores first, those of the region before those of the whole cloud, then the defaults', () => {
  const { storesFor } = compilePolicy(OPTIONS, PLACES);
  assert.deepEqual(
    [-1, 0, 1, 2]
      .map(storesFor)
      .map(({ near, failover, defaults }) => [
        ...near.map(({ stores }) => names(stores)),
        names(failover()),
        names(defaults),
      ]),
    [
      [[], ['cdn', 'aws']],
      [['paris'], ['aws'], [], ['cdn']],
      [['aws'], [], ['cdn']],
      [[], ['cdn', 'aws']],
    ],
  );
});

test('lists a disabled store separately, without a number', () => {
  const { disabled, backends } = compilePolicy(OPTIONS, PLACES);
  assert.deepEqual(names(disabled), ['off']);
  assert.equal(disabled[0].index, -1);
  assert.ok(!names(backends).includes('off'));
});

test('an upstream near the client comes first', () => {
  const [{ upstreamsFor }] = compilePolicy(OPTIONS, PLACES).registries;
  assert.deepEqual([-1, 0, 1, 2].map(upstreamsFor).map(names), [
    ['first', 'gcp'],
    ['first', 'gcp'],
    ['first', 'gcp'],
    ['gcp', 'first'],
  ]);
});

test('the place determines whether a client stays on the upstream', () => {
  const { staysUpstream } = compilePolicy(OPTIONS, PLACES);
  assert.deepEqual([-1, 0, 1, 2].map(staysUpstream), [false, false, false, true]);
  assert.deepEqual([-1, 0, 1, 2].map(staysUpstream), [false, false, false, true]);
});

test('numbers backends: stores, upstreams, then signature upstreams', () => {
  const signatures = { url: 'https://sig.example', path: '' };
  const one = compilePolicy({ ...OPTIONS, registries: [{ ...REGISTRY, signatures }] }, PLACES);
  assert.deepEqual(names(one.backends), ['cdn', 'aws', 'paris', 'first', 'gcp', 'signatures']);
  const other = { ...REGISTRY, name: 'other', prefix: 'x/', signatures };
  const two = compilePolicy(
    {
      ...OPTIONS,
      registries: [{ ...REGISTRY, signatures }, other],
      servedHosts: [{ registries: [1, 0] }],
    },
    PLACES,
  );
  assert.deepEqual(names(two.backends), [
    'cdn',
    'aws',
    'paris',
    'first',
    'gcp',
    'first',
    'gcp',
    'first-signatures',
    'other-signatures',
  ]);
  for (const { backends } of [one, two])
    backends.forEach((backend, index) => assert.equal(backend.index, index));
  assert.deepEqual(names(two.servedHosts[0].registries), ['other', 'first']);
  assert.equal(one.stores[2].checkUrl, 'https://origin.example/');
  assert.equal(one.stores[0].checkUrl, 'https://cdn.example/');
});

test('a registry needs an upstream, and a served host needs existing registries', () => {
  const compile = (change: Partial<PolicyOptions>) => () =>
    compilePolicy({ ...OPTIONS, ...change }, PLACES);
  assert.throws(compile({ registries: [{ ...REGISTRY, upstreams: [] }] }), {
    name: 'RangeError',
    message: 'cannot compile the policy: registry "first" has no upstream',
  });
  for (const number of [1, -1])
    assert.throws(compile({ servedHosts: [{ registries: [number] }] }), {
      message: `cannot compile the policy: there is no registry ${number}`,
    });
});

test('without prices, other regions are ordered by distance, and without distances as configured', () => {
  const stores = ['eu-west-3', 'us-east-1', 'eu-west-1'].map((region, at) => ({
    name: region,
    url: `https://${region}.example`,
    key: '{digest}',
    near: [{ cloud: 'AWS', regions: [region] }],
    failover: 'region' as const,
    ...(at === 1 && { usdPerGiB: { sameRegion: 0, sameCloud: 0.02, internet: 0.09 } }),
  }));
  const unpriced = stores.map((store) => ({ ...store, usdPerGiB: undefined }));
  const far = (_from: unknown, to: { region: string }) =>
    to.region === 'eu-west-1' ? 780 : undefined;
  const orderOf = (list: PolicyOptions['stores'], distance?: typeof far) =>
    names(
      compilePolicy({ ...OPTIONS, stores: list }, PLACES, distance)
        .storesFor(0)
        .failover(),
    );
  assert.deepEqual(orderOf(unpriced), ['us-east-1', 'eu-west-1']);
  assert.deepEqual(orderOf(unpriced, far), ['eu-west-1', 'us-east-1']);
  assert.deepEqual(orderOf(stores, far), ['us-east-1', 'eu-west-1']);
});

test('places that no store names share one result; other regions’ stores are sorted on first use', () => {
  let measured = 0;
  const stores = Array.from({ length: 50 }, (_, number) => ({
    name: `s${number}`,
    url: 'https://s.example',
    key: '{digest}',
    near: [{ cloud: 'AWS', regions: [`r${number}`] }],
    failover: 'region' as const,
  }));
  const places = Array.from({ length: 500 }, (_, number) => ({
    cloud: 'AWS',
    region: `r${number}`,
  }));
  const { storesFor } = compilePolicy({ ...OPTIONS, stores }, places, () => ++measured);
  assert.equal(measured, 0);
  assert.equal(new Set(places.map((_, at) => storesFor(at))).size, 51);
  assert.equal(storesFor(0), storesFor(0));
  assert.equal(storesFor(0).failover().length, 49);
  assert.equal(storesFor(0).failover(), storesFor(0).failover());
  assert.equal(measured, 49);
});
