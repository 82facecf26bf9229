import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { CloudRanges } from './cloud-ranges.ts';
import { distanceKm, locatedRegions } from './region-coordinates.ts';

const { places } = CloudRanges.decode(readFileSync(new URL('../data/ranges.bin', import.meta.url)));
const place = (name: string) => {
  const [cloud, region] = name.split(' ');
  return { cloud, region };
};
const between = (one: string, other: string) => distanceKm(place(one), place(other));

test('every region of the shipped ranges has coordinates, except "global"', () => {
  for (const each of places) {
    const isGlobal = each.region.toLowerCase() === 'global';
    assert.equal(distanceKm(each, each), isGlobal ? undefined : 0, `${each.cloud} ${each.region}`);
  }
});

test('every located region has coordinates on Earth and is listed once', () => {
  const all = locatedRegions();
  assert.equal(new Set(all.map(({ cloud, region }) => `${cloud} ${region}`)).size, all.length);
  for (const { cloud, region, city, latitude, longitude } of all) {
    assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, `${cloud} ${region}`);
    assert.notEqual(city, '');
  }
  assert.deepEqual(
    all.find(({ region }) => region === 'eu-west-3'),
    { cloud: 'AWS', region: 'eu-west-3', city: 'Paris', latitude: 48.9, longitude: 2.4 },
  );
});

test('distances match those of an atlas', () => {
  for (const [one, other, kilometres] of [
    ['AWS eu-west-3', 'AWS eu-central-1', 479],
    ['AWS eu-west-3', 'AWS eu-west-1', 781],
    ['AWS us-east-1', 'AWS us-west-2', 3520],
    ['AWS ap-northeast-1', 'AWS sa-east-1', 18_530],
    ['GCP us-west2', 'Azure australiaeast', 12_060],
    ['Azure newzealandnorth', 'GCP southamerica-west1', 9_660],
  ] as const) {
    const measured = between(one, other);
    assert.ok(
      Math.abs(measured! - kilometres) < 0.02 * kilometres,
      `${one}, ${other}: ${measured}`,
    );
  }
});

test('an unknown location has no distance', () => {
  assert.equal(between('AWS GLOBAL', 'AWS eu-west-3'), undefined);
  assert.equal(between('AWS eu-west-3', 'GCP eu-west-3'), undefined);
  assert.equal(distanceKm({ cloud: 'office', region: '' }, place('AWS eu-west-3')), undefined);
});

test('a distance is the same both ways, at most half the Earth, and no detour is shorter', () => {
  const somewhere = places.filter((each) => distanceKm(each, each) === 0);
  const any = fc.constantFrom(...somewhere);
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      const direct = distanceKm(a, b)!;
      assert.ok(Math.abs(direct - distanceKm(b, a)!) < 1e-6);
      assert.ok(direct >= 0 && direct <= 20_020);
      assert.ok(direct <= distanceKm(a, c)! + distanceKm(c, b)! + 1e-6);
    }),
    { numRuns: 5000 },
  );
});
