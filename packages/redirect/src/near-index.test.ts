import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearness } from './near.ts';
import { NearIndex } from './near-index.ts';

test('finds the same as a linear search, in the same order', () => {
  const cloud = fc.constantFrom('AWS', 'GCP', 'office');
  const region = fc.constantFrom('a', 'b', 'c');
  const near = fc.array(
    fc.record({ cloud, regions: fc.array(region, { minLength: 1 }) }, { requiredKeys: ['cloud'] }),
    { maxLength: 3 },
  );
  const place = fc.record({ cloud, region: fc.oneof(region, fc.constant('')) });
  fc.assert(
    fc.property(
      fc.array(fc.option(near, { nil: undefined }), { maxLength: 6 }),
      place,
      (all, at) => {
        const entries = all.map((each, number) => [number, each] as const);
        const named = new NearIndex(entries).at(at);
        const level = (wanted: 1 | 2) =>
          entries.filter(([, each]) => nearness(at, each) === wanted).map(([number]) => number);
        assert.deepEqual(named, { byRegion: level(2), byCloud: level(1) });
      },
    ),
    { numRuns: 2000 },
  );
});

test('places of a cloud that is named only as a whole share one result', () => {
  const index = new NearIndex([['x', [{ cloud: 'AWS' }]] as const]);
  assert.equal(index.at({ cloud: 'AWS', region: 'a' }), index.at({ cloud: 'AWS', region: 'b' }));
});
