import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '@archeio/clouds';
import { ManualClock } from '@archeio/presence/testing';
import type { Decision, Route } from '@archeio/redirect';
import fc from 'fast-check';
import { DecisionRecord } from './decision-record.ts';
import { MetricsAccumulator } from './metrics-accumulator.ts';
import { labelsOf, type MetricsSnapshot } from './metrics-snapshot.ts';
import { type Counted, NaiveCounts, PRICED } from './testing/naive-counts.ts';
import { WorkerMetrics } from './worker-metrics.ts';

const PLACES: readonly Place[] = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'AWS', region: 'us-east-1' },
  { cloud: 'GCP', region: 'europe-west9' },
  { cloud: 'office "1"', region: '' },
];
const NOWHERE: Place = { cloud: '', region: '' };

const NAMES = PRICED.map(({ name }) => name);
const backend = fc.constantFrom('', ...NAMES);
const store = fc.constantFrom('paris', 'cdn');
const counted: fc.Arbitrary<Counted> = fc.oneof(
  fc
    .record({
      kind: fc.constant('decision' as const),
      rule: fc.constantFrom('R1', 'R9', 'R9a', 'R10', 'R11', 'R12', 'R12a'),
      route: fc.constantFrom('manifest', 'blob', 'tags', 'health', 'invalid'),
      backend,
      place: fc.constantFrom(NOWHERE, ...PLACES),
    })
    .map(({ place, ...rest }) => ({ ...rest, ...place })),
  fc
    .record({
      kind: fc.constant('fetched' as const),
      backend: fc.constantFrom(...NAMES),
      place: fc.constantFrom(NOWHERE, ...PLACES),
      bytes: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 2 ** 40 })),
      upstream: fc.constantFrom('', 'upstream', 'registry'),
    })
    .map(({ place, ...rest }) => ({ ...rest, ...place })),
  fc.record({
    kind: fc.constant('check' as const),
    store,
    outcome: fc.constantFrom('present' as const, 'absent' as const, 'timeout' as const),
  }),
  fc.record({
    kind: fc.constant('request' as const),
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'BREW'),
    status: fc.constantFrom(200, 307, 404, 405, 503),
  }),
  fc.record({
    kind: fc.constant('address' as const),
    reason: fc.constantFrom('malformed-header' as const, 'unusable-peer' as const),
  }),
  fc.constant({ kind: 'failure' as const }),
);

/** A process and its current configuration, which numbers backends and places. */
class Worker {
  readonly metrics = new WorkerMetrics(new ManualClock());
  readonly record: DecisionRecord;
  readonly #backends: typeof PRICED;
  readonly #places: readonly Place[];

  constructor(order: 'as written' | 'reversed', metrics?: WorkerMetrics) {
    if (metrics !== undefined) this.metrics = metrics;
    const ordered = <T>(items: readonly T[]): readonly T[] =>
      order === 'reversed' ? items.toReversed() : items;
    this.#backends = ordered(PRICED);
    this.#places = ordered(PLACES);
    this.record = new DecisionRecord({
      log: { error: () => undefined },
      metrics: this.metrics,
      backends: this.#backends,
      places: this.#places,
    });
  }

  count(what: Counted): void {
    switch (what.kind) {
      case 'decision': {
        const decision = { rule: what.rule, backend: this.#backend(what.backend) };
        const facts = { route: { kind: what.route as Route['kind'] }, place: this.#place(what) };
        this.record.decision(decision as unknown as Decision, facts);
        break;
      }
      case 'fetched': {
        const from = this.#backend(what.backend)!;
        const upstream = this.#backend(what.upstream);
        this.record.fetched(from, { place: this.#place(what) }, what.bytes, upstream);
        break;
      }
      case 'check':
        this.metrics.presenceCheck(what.store, what.outcome, 3);
        break;
      case 'request':
        this.metrics.requests.end(what.method, what.status, this.metrics.requests.begin());
        break;
      case 'address':
        this.record.clientAddressError(what.reason);
        break;
      case 'failure':
        this.record.ownFailure(new Error());
    }
  }

  #backend(name: string): { readonly index: number; readonly name: string } | undefined {
    const index = this.#backends.findIndex((each) => each.name === name);
    return index < 0 ? undefined : { index, name };
  }

  #place({ cloud, region }: Place): number {
    return this.#places.findIndex((each) => each.cloud === cloud && each.region === region);
  }
}

/** A snapshot in the form of the twin, without zeros and without unnamed samples. */
function flat({ values, histograms }: MetricsSnapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, samples] of Object.entries(values))
    for (const [key, value] of Object.entries(samples))
      if (value !== 0) counts.set([name, ...labelsOf(key)].join(' '), value);
  const durations = histograms.http_server_request_duration_seconds ?? {};
  for (const [key, { counts: buckets }] of Object.entries(durations))
    counts.set(
      ['http_server_request_duration_seconds', ...labelsOf(key)].join(' '),
      buckets.reduce((sum, count) => sum + count, 0),
    );
  return counts;
}

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ worker: fc.nat(2), what: counted }) },
  { weight: 2, arbitrary: fc.record({ worker: fc.nat(2), what: fc.constant('report' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      worker: fc.nat(2),
      what: fc.constantFrom('reload' as const, 'replace' as const),
    }),
  },
);

test('the merged counters of workers equal those of a naive twin, whatever is reloaded and replaced', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const naive = new NaiveCounts();
      const accumulator = new MetricsAccumulator();
      const workers = [0, 1, 2].map(() => new Worker('as written'));
      const sources = workers.map(() => accumulator.open());
      // A process sends text, so nothing may depend on more.
      const report = (at: number): void =>
        sources[at].report(JSON.parse(JSON.stringify(workers[at].metrics.snapshot(0))));
      steps.forEach(({ worker: at, what }, number) => {
        if (what === 'report') report(at);
        else if (what === 'reload')
          workers[at] = new Worker(number % 2 ? 'reversed' : 'as written', workers[at].metrics);
        else if (what === 'replace') {
          report(at);
          sources[at].end();
          sources[at].end();
          report(at);
          workers[at] = new Worker('reversed');
          sources[at] = accumulator.open();
        } else {
          naive.count(what);
          workers[at].count(what);
        }
      });
      workers.forEach((_, at) => report(at));
      const isSeen = ([, count]: readonly [string, number]): boolean => count !== 0;
      assert.deepEqual(flat(accumulator.total()), new Map([...naive.counts].filter(isSeen)));
    }),
  );
});

test('combinations that have not occurred take no memory, for any number of backends and places', () => {
  const many = 1_000_000;
  const place = { cloud: 'AWS', region: 'eu-west-3' };
  const backend = { name: 'store', price: undefined, location: undefined };
  const metrics = new WorkerMetrics(new ManualClock());
  const record = new DecisionRecord({
    log: { error: () => undefined },
    metrics,
    backends: Array.from({ length: many }, () => backend),
    places: Array.from({ length: many }, () => place),
  });
  const decision = { rule: 'R11', backend: { index: many - 1, name: 'store' } };
  const facts = { route: { kind: 'blob' }, place: many - 1 } as const;
  for (const bytes of [3, 4]) {
    record.decision(decision as unknown as Decision, facts);
    record.fetched(decision.backend, facts, bytes, { index: many - 2 });
  }
  const { archeio_decisions_total: decisions = {}, archeio_blob_bytes_total: bytes = {} } =
    metrics.snapshot(0).values;
  assert.deepEqual([Object.values(decisions), Object.values(bytes)], [[2], [7]]);
});
