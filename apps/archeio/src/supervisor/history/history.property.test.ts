import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import fc from 'fast-check';
import { HISTORY_RANGES } from '../../ipc/history.ts';
import { MetricsAccumulator, type MetricsSource } from '../../metrics/metrics-accumulator.ts';
import { WorkerMetrics } from '../../metrics/worker-metrics.ts';
import { Changes } from './changes.ts';
import { History } from './history.ts';
import type { NamedBackend } from './history-ring.ts';
import { type Happened, naiveHistory, type NaiveStep } from './testing/naive-history.ts';

const BACKENDS: readonly (NamedBackend & { readonly price: number | undefined })[] = [
  { name: 'near', kind: 'store', price: 1, isCompared: true },
  { name: 'far', kind: 'store', price: undefined, isCompared: false },
  { name: 'idle', kind: 'store', price: 0, isCompared: true },
  { name: 'origin', kind: 'upstream', price: 2, isCompared: true },
];

/** A worker that counts what happens. */
class CountingWorker {
  readonly #metrics = new WorkerMetrics(new ManualClock());
  readonly #source: MetricsSource;

  constructor(accumulator: MetricsAccumulator) {
    this.#source = accumulator.open();
  }

  count({ cloud, region, backend, kind, status, bytes, ...money }: Happened): void {
    const { requests, decisions, blobBytes, egressUsd, upstreamUsd, unknownSizes } = this.#metrics;
    requests.end('GET', status, requests.begin());
    decisions.add(decisions.slot(['R11', kind, backend, cloud, region]), 1);
    blobBytes.add(blobBytes.slot([backend, cloud, region]), bytes);
    egressUsd.add(egressUsd.slot([backend, cloud]), money.usd);
    upstreamUsd.add(upstreamUsd.slot([backend, cloud]), money.upstreamUsd);
    unknownSizes.add(unknownSizes.slot([backend, cloud]), money.unknownSizes);
  }

  report(): void {
    this.#source.report(this.#metrics.snapshot(0));
  }

  end(): void {
    this.#source.end();
  }
}

/** Binary fractions, so that sums are exact. */
const dollars = fc.integer({ min: 0, max: 16 }).map((sixteenths) => sixteenths / 16);

const happened: fc.Arbitrary<Happened> = fc.record({
  cloud: fc.constantFrom('AWS', 'GCP', ''),
  region: fc.constantFrom('r1', 'r2'),
  backend: fc.constantFrom('near', 'far', 'origin'),
  kind: fc.constantFrom('blob', 'manifest'),
  status: fc.constantFrom(200, 307, 500, 503),
  bytes: fc.integer({ min: 0, max: 1000 }),
  usd: dollars,
  upstreamUsd: dollars,
  unknownSizes: fc.nat(1),
});

const step = fc.record({
  happened: fc.array(fc.tuple(fc.nat(2), happened), { maxLength: 6 }),
  /** Steps that were missed before it. */
  missed: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(70) }),
  /** A worker that ends after it, and is replaced. */
  ended: fc.option(fc.nat(2)),
});

const byKey = ({
  cloud,
  region,
  backend,
}: Readonly<Record<'cloud' | 'region' | 'backend', string>>) => `${cloud} ${region} ${backend}`;

test('steps have what all workers counted in them, like the slow twin', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 80 }),
      fc.nat(60),
      async (steps, offset) => {
        const accumulator = new MetricsAccumulator();
        const workers = [0, 1, 2].map(() => new CountingWorker(accumulator));
        const history = new History(new Changes(() => 0), () => Promise.resolve());
        history.serve(BACKENDS);
        const naive: NaiveStep[] = [];
        let endMs = 1_700_000_100_000 + offset * 10_000;
        for (const { happened: events, missed, ended } of steps) {
          const isWhole = missed === 0;
          endMs += 10_000 * (missed + 1);
          for (const [worker, event] of events) workers[worker].count(event);
          for (const worker of workers) worker.report();
          await history.take(accumulator.total(), endMs, isWhole);
          naive.push({ endMs, happened: isWhole ? events.map(([, each]) => each) : undefined });
          if (ended === null) continue;
          workers[ended].end();
          workers[ended] = new CountingWorker(accumulator);
        }
        for (const range of ['hour', 'day'] as const) {
          const { decisionSeconds, checks, changes, schema, ...rest } = JSON.parse(
            await history.text(range),
          );
          const twin = naiveHistory(naive, HISTORY_RANGES[range], BACKENDS);
          const sorted = (flows: typeof twin.flows) =>
            flows.toSorted((a, b) => byKey(a).localeCompare(byKey(b)));
          assert.deepEqual(
            { ...rest, flows: sorted(rest.flows) },
            { ...twin, flows: sorted(twin.flows) },
          );
          assert.deepEqual([schema, changes], [1, []]);
          for (const values of [
            ...Object.values(decisionSeconds),
            ...Object.values(checks),
          ] as number[][])
            assert.equal(values.length, twin.steps);
        }
      },
    ),
    { numRuns: 60 },
  );
});
