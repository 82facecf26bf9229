import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileStore } from './compile-backend.ts';
import type { UsdPerGiB } from './backend.ts';
import type { Near } from './near.ts';
import { hasUpstreamPrice, usdPerGiB } from './price.ts';

const TIERS = { sameRegion: 0, sameCloud: 0.02, internet: 0.09 };
const priced = (price: UsdPerGiB | undefined, near?: readonly Near[]) =>
  compileStore(0, { name: 's', url: 'https://s.example', key: '{digest}', near, usdPerGiB: price });
const PARIS = { cloud: 'AWS', regions: ['eu-west-3', 'eu-west-1'] };

test('a single price applies to everyone, and a missing one is unknown', () => {
  assert.equal(usdPerGiB(priced(0.05), undefined), 0.05);
  assert.equal(usdPerGiB(priced(0), { cloud: 'AWS', region: 'x' }), 0);
  assert.equal(usdPerGiB(priced(undefined), undefined), undefined);
});

test("tiers depend on the client's distance from the first place that the backend is near", () => {
  const store = priced(TIERS, [PARIS, { cloud: 'GCP' }]);
  assert.deepEqual(store.location, { cloud: 'AWS', region: 'eu-west-3' });
  assert.equal(usdPerGiB(store, { cloud: 'AWS', region: 'eu-west-3' }), 0);
  assert.equal(usdPerGiB(store, { cloud: 'AWS', region: 'eu-west-1' }), 0.02);
  assert.equal(usdPerGiB(store, { cloud: 'GCP', region: 'us-central1' }), 0.09);
  assert.equal(usdPerGiB(store, undefined), 0.09);
  assert.equal(usdPerGiB(priced(TIERS), { cloud: 'AWS', region: 'eu-west-3' }), 0.09);
});

test('a network is one region', () => {
  const store = priced(TIERS, [{ cloud: 'office' }]);
  assert.equal(usdPerGiB(store, { cloud: 'office', region: '' }), 0);
});

test('only a price of an upstream can be compared with', () => {
  assert.equal(hasUpstreamPrice([priced(TIERS), { kind: 'upstream', price: undefined }]), false);
  assert.equal(hasUpstreamPrice([priced(TIERS), { kind: 'upstream', price: 0 }]), true);
});
