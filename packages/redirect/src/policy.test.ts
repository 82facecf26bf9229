import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, type PolicyOptions } from './policy.ts';

const PLACES = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'AWS', region: 'us-east-1' },
  { cloud: 'GCP', region: 'us-central1' },
];

const OPTIONS: PolicyOptions = {
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  upstreams: [
    { name: 'first', url: 'https://first.example', path: 'a/b' },
    { name: 'gcp', url: 'https://gcp.example', path: '', near: [{ cloud: 'GCP' }] },
  ],
  stores: [
    { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true },
    {
      name: 'paris',
      url: 'https://paris.example/bucket',
      key: '{digest}',
      near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
      checkUrl: 'https://origin.example',
    },
    {
      name: 'aws',
      url: 'https://aws.example',
      key: '{digest}',
      near: [{ cloud: 'AWS' }],
      default: true,
    },
  ],
  stayUpstream: [{ cloud: 'GCP' }],
};

test('stores are tried near first, then the defaults, each in their order', () => {
  const { storesFor } = compilePolicy(OPTIONS, PLACES);
  assert.deepEqual(
    storesFor.map((stores) => stores.map(({ name }) => name)),
    [
      ['cdn', 'aws'],
      ['paris', 'aws', 'cdn'],
      ['aws', 'cdn'],
      ['cdn', 'aws'],
    ],
  );
});

test('an upstream near the client goes first', () => {
  const { upstreamsFor } = compilePolicy(OPTIONS, PLACES);
  assert.deepEqual(
    upstreamsFor.map((upstreams) => upstreams.map(({ name }) => name)),
    [
      ['first', 'gcp'],
      ['first', 'gcp'],
      ['first', 'gcp'],
      ['gcp', 'first'],
    ],
  );
});

test('who stays upstream is known by place', () => {
  assert.deepEqual(compilePolicy(OPTIONS, PLACES).staysUpstream, [false, false, false, true]);
});

test('backends are numbered: stores, upstreams, the signature upstream', () => {
  const policy = compilePolicy(
    { ...OPTIONS, signatures: { name: 'signatures', url: 'https://sig.example', path: '' } },
    PLACES,
  );
  assert.deepEqual(
    policy.backends.map(({ name }) => name),
    ['cdn', 'paris', 'aws', 'first', 'gcp', 'signatures'],
  );
  policy.backends.forEach((backend, index) => assert.equal(backend.index, index));
  assert.equal(policy.stores[1].checkUrl, 'https://origin.example/');
  assert.equal(policy.stores[0].checkUrl, 'https://cdn.example/');
});

test('a policy needs an upstream', () => {
  assert.throws(() => compilePolicy({ ...OPTIONS, upstreams: [] }, PLACES), RangeError);
});
