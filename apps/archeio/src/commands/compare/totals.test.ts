import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, compilePolicy } from '@archeio/redirect';
import fc from 'fast-check';
import type { Recorded } from './recorded.ts';
import type { Cause, Known, NotKnown } from './replay.ts';
import { OTHERS, Totals } from './totals.ts';
import { comparisonOf } from './comparison.ts';

const PLACES = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'AWS', region: 'eu-west-1' },
  { cloud: 'GCP', region: 'europe-west1' },
];
const GIB = 1024 ** 3;
const NO_LINES = { events: 0, summaries: 0, skipped: 0, bad: 0 };

const { backends } = compilePolicy(
  {
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'main',
        prefix: '',
        upstreams: [{ name: 'up', url: 'https://up.example', path: '' }],
      },
    ],
    servedHosts: [{ registries: [0] }],
    stores: [
      {
        name: 'paris',
        url: 'https://paris.example',
        key: '{digest}',
        near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
        usdPerGiB: { sameRegion: 0, sameCloud: 1, internet: 4 },
      },
      { name: 'cdn', url: 'https://cdn.example', key: '{digest}', default: true, usdPerGiB: 2 },
    ],
    stayUpstream: [],
  },
  PLACES,
);

/** Dollars of a GiB; undefined without a price. */
function priceOf(backend: Backend | undefined, place: number): number | undefined {
  if (backend?.name === 'cdn') return 2;
  if (backend?.name !== 'paris') return undefined;
  return [4, 0, 1, 4][place + 1];
}

const backend = fc.option(fc.constantFrom(...backends), { nil: undefined });
const place = fc.integer({ min: -1, max: 2 });
const known: fc.Arbitrary<Known> = fc.record({
  from: backend,
  to: backend,
  isElsewhere: fc.boolean(),
  oldPlace: place,
  newPlace: place,
  isAsRecorded: fc.boolean(),
});
const notKnown: fc.Arbitrary<NotKnown> = fc.oneof(
  fc.record({ cause: fc.constantFrom<Cause>('digest', 'place', 'networks') }),
  fc.record({
    cause: fc.constant<Cause>('presence'),
    on: backend,
    from: backend,
    oldPlace: place,
    newPlace: place,
  }),
);
const added = fc.record({
  result: fc.oneof(known, notKnown),
  requests: fc.integer({ min: 1, max: 100 }),
  bytes: fc.integer({ min: 0, max: 8 }).map((number) => number * GIB),
  unknownSizes: fc.integer({ min: 0, max: 2 }),
  isUnhealthy: fc.boolean(),
});
type Added = typeof added extends fc.Arbitrary<infer T> ? T : never;

function recordedOf({ result, requests, bytes, unknownSizes }: Added): Recorded {
  const where = 'oldPlace' in result ? PLACES[result.oldPlace ?? -1] : undefined;
  return {
    from: 'event',
    time: `2026-01-01T00:00:${10 + requests}.000Z`,
    host: null,
    method: 'GET',
    rule: 'R11',
    name: null,
    reference: null,
    considered: [],
    backend: null,
    cloud: where?.cloud ?? null,
    region: where?.region ?? null,
    route: undefined,
    isDigestUnknown: false,
    client: undefined,
    requests,
    bytes,
    unknownSizes,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** The sums of some requests. */
function amountOf(all: readonly Added[]) {
  return {
    requests: sum(all.map(({ requests }) => requests)),
    bytes: sum(all.map(({ bytes }) => bytes)),
    unknownSizes: sum(all.map(({ unknownSizes }) => unknownSizes)),
  };
}

/** What some requests cost at a backend. */
function costOf(all: readonly (readonly [Added, Backend | undefined, number | undefined])[]) {
  const sent = all.filter(([, to]) => to !== undefined);
  return {
    usd: sum(sent.map(([{ bytes }, to, at]) => ((priceOf(to, at ?? -1) ?? 0) * bytes) / GIB)),
    unpricedBytes: sum(
      sent.map(([{ bytes }, to, at]) => (priceOf(to, at ?? -1) === undefined ? bytes : 0)),
    ),
  };
}

type AddedKnown = Added & { readonly result: Known };

const before = (all: readonly AddedKnown[]) =>
  costOf(all.map((each) => [each, each.result.from, each.result.oldPlace]));
const after = (all: readonly AddedKnown[]) =>
  costOf(all.map((each) => [each, each.result.to, each.result.newPlace]));

test('totals are the sums of what was added, by backend, region and way', () => {
  fc.assert(
    fc.property(fc.array(added, { maxLength: 40 }), (all) => {
      const totals = new Totals(PLACES);
      for (const each of all) totals.add(recordedOf(each), each.result, each.isUnhealthy);
      const so = comparisonOf(totals, NO_LINES, []);
      const good = all.filter((each): each is AddedKnown => 'isElsewhere' in each.result);
      const moved = good.filter(({ result }) => result.isElsewhere);
      const unknown = all.filter(({ result }) => 'cause' in result);
      assert.deepEqual(so.all, amountOf(all));
      assert.deepEqual(so.unchanged, amountOf(good.filter(({ result }) => !result.isElsewhere)));
      assert.deepEqual(so.elsewhere, amountOf(moved));
      const { by, ifPresent, ...amount } = so.notKnown;
      assert.deepEqual(amount, amountOf(unknown));
      for (const [cause, each] of Object.entries(by))
        assert.deepEqual(
          each,
          amountOf(unknown.filter(({ result }) => 'cause' in result && result.cause === cause)),
        );
      assert.deepEqual([so.old, so.new], [before(good), after(good)]);
      assert.equal(so.unhealthy, amountOf(all.filter((each) => each.isUnhealthy)).requests);
      assert.equal(
        so.notAsRecorded,
        amountOf(good.filter(({ result }) => !result.isAsRecorded)).requests,
      );
      const times = all.map((each) => String(recordedOf(each).time)).toSorted();
      assert.deepEqual([so.first, so.last], [times[0] ?? null, times.at(-1) ?? null]);

      for (const row of so.backends) {
        const from = good.filter(({ result }) => result.from?.name === row.backend);
        const to = good.filter(({ result }) => result.to?.name === row.backend);
        assert.deepEqual(row.old, { ...amountOf(from), ...before(from) });
        assert.deepEqual(row.new, { ...amountOf(to), ...after(to) });
      }
      assert.equal(
        sum(so.backends.map((row) => row.new.requests)),
        amountOf(good.filter(({ result }) => result.to !== undefined)).requests,
      );
      const inRegion = (each: Added, row: { cloud: string | null; region: string | null }) =>
        recordedOf(each).cloud === row.cloud && recordedOf(each).region === row.region;
      for (const row of so.regions) {
        const here = good.filter((each) => inRegion(each, row));
        assert.deepEqual(
          [row.all, row.elsewhere, row.old, row.new],
          [
            amountOf(here),
            amountOf(here.filter(({ result }) => result.isElsewhere)),
            before(here),
            after(here),
          ],
        );
      }
      assert.equal(sum(so.regions.map((row) => row.all.requests)), amountOf(good).requests);
      for (const { from, to, cloud, region, old, new: next, ...rest } of so.moves) {
        const here = moved.filter(
          (each) =>
            (each.result.from?.name ?? null) === from &&
            (each.result.to?.name ?? null) === to &&
            inRegion(each, { cloud, region }),
        );
        assert.deepEqual([rest, old, next], [amountOf(here), before(here), after(here)]);
      }
      assert.equal(sum(so.moves.map((row) => row.requests)), amountOf(moved).requests);
      for (const { backend: name, old, new: next, ...rest } of ifPresent) {
        const here = unknown.flatMap((each) =>
          'cause' in each.result && each.result.on?.name === name
            ? [[each, each.result] as const]
            : [],
        );
        assert.deepEqual(rest, amountOf(here.map(([each]) => each)));
        assert.deepEqual(
          [old, next],
          [
            costOf(here.map(([each, result]) => [each, result.from, result.oldPlace])),
            costOf(here.map(([each, result]) => [each, result.on, result.newPlace])),
          ],
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('memory is bounded: regions and ways beyond the maximum share one row, and nothing is lost', () => {
  const totals = new Totals(PLACES, 3);
  const [store] = backends;
  for (let number = 0; number < 100; number++) {
    const recorded = {
      ...recordedOf({
        result: { cause: 'place' },
        requests: 1,
        bytes: 0,
        unknownSizes: 0,
        isUnhealthy: false,
      }),
      cloud: 'AWS',
      region: `region-${number}`,
    };
    const result = { from: undefined, to: store, isElsewhere: true, isAsRecorded: true };
    totals.add(recorded, { ...result, oldPlace: -1, newPlace: -1 }, false);
  }
  const { regions, moves } = comparisonOf(totals, NO_LINES, []);
  assert.deepEqual(
    regions.map(({ region, all }) => [region, all.requests]),
    [[OTHERS, 97], ...[0, 1, 2].map((number) => [`region-${number}`, 1])],
  );
  assert.deepEqual([moves.length, moves[0]?.from, moves[0]?.requests], [4, OTHERS, 97]);
});
