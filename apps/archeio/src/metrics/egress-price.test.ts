import assert from 'node:assert/strict';
import { test } from 'node:test';
import { egressPrice } from './egress-price.ts';

const usdPerGiB = { sameRegion: 1, sameCloud: 2, internet: 3 };
const paris = { near: [{ cloud: 'AWS', regions: ['eu-west-3'] }, { cloud: 'office' }], usdPerGiB };

test('what a GiB costs goes by how far away the client is', () => {
  for (const [place, price] of [
    [{ cloud: 'AWS', region: 'eu-west-3' }, 1],
    [{ cloud: 'AWS', region: 'us-east-1' }, 2],
    [{ cloud: 'GCP', region: 'eu-west-3' }, 3],
    [{ cloud: 'office', region: '' }, 1],
    [undefined, 3],
  ] as const)
    assert.equal(egressPrice(paris, place), price, JSON.stringify(place));
  assert.equal(
    egressPrice({ near: [{ cloud: 'AWS' }], usdPerGiB }, { cloud: 'AWS', region: 'x' }),
    2,
  );
  assert.equal(egressPrice({ usdPerGiB }, { cloud: 'AWS', region: 'x' }), 3);
});

test('one price is the price, none is nothing', () => {
  assert.equal(egressPrice({ usdPerGiB: 0.05 }, undefined), 0.05);
  assert.equal(egressPrice({}, { cloud: 'AWS', region: 'x' }), 0);
});
