import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseConfiguration } from '@archeio/configuration';
import { shippedPreset, shippedRanges } from './shipped.ts';
import { sharedData, withoutSharedData } from '../../../../test/parts/shared-data.ts';

const configuration = parseConfiguration(shippedPreset());

test('the preset is registry.k8s.io: a bucket for each region, a CDN for the rest, GCP stays upstream', () => {
  assert.equal(configuration.stores.length, 33);
  assert.deepEqual(
    configuration.stores.filter((store) => store.default === true).map(({ name }) => name),
    ['cdn'],
  );
  assert.deepEqual(configuration.stayUpstream, [{ cloud: 'GCP' }]);
  assert.deepEqual(configuration.clientAddress, { topology: 'google-load-balancer' });
  assert.equal(configuration.registries[0].signatures, undefined);
});

test('every region that a store is near is in the shipped ranges', () => {
  const { places } = shippedRanges();
  const near = configuration.stores.flatMap((store) => store.near ?? []);
  const unknown = near.flatMap(({ cloud, regions = [] }) =>
    regions.filter(
      (region) => !places.some((place) => place.cloud === cloud && place.region === region),
    ),
  );
  assert.deepEqual(unknown, []);
});

test('no region has two buckets', () => {
  const regions = configuration.stores
    .flatMap((store) => store.near ?? [])
    .flatMap(({ regions = [] }) => regions);
  assert.equal(new Set(regions).size, regions.length);
});

const PUBLISHED = sharedData('data/registry.k8s.io.json');

test(
  'the preset has every bucket and region of the published list',
  { skip: withoutSharedData() },
  () => {
    const published = JSON.parse(readFileSync(PUBLISHED, 'utf8'));
    const regionsOf = (url: string): string[] =>
      configuration.stores
        .filter((store) => store.url === url)
        .flatMap((store) => store.near ?? [])
        .flatMap(({ regions = [] }) => regions);
    for (const { url, regions } of published.stores)
      for (const region of regions) assert.ok(regionsOf(url).includes(region), `${url} ${region}`);
    assert.equal(
      configuration.stores.find((store) => store.default === true)?.url,
      published.defaultStore,
    );
    assert.deepEqual(
      configuration.registries[0].upstreams.map(({ url, path }) => ({ endpoint: url, path })),
      [published.upstream],
    );
    assert.deepEqual(configuration.pages, {
      info: published.info,
      privacy: published.privacy,
    });
  },
);
