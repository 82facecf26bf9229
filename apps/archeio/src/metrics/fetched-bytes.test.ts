import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { FetchedBytes } from './fetched-bytes.ts';
import { labelsOf, type Samples } from './metrics-snapshot.ts';
import { PRICED } from './testing/naive-counts.ts';
import { WorkerMetrics } from './worker-metrics.ts';

const GIB = 1024 ** 3;
const [PARIS, CDN, UPSTREAM, REGISTRY] = PRICED.keys();
const PLACES = [{ cloud: 'GCP', region: 'europe-west9' }] as const;

function counting() {
  const metrics = new WorkerMetrics(new ManualClock());
  const bytes = new FetchedBytes({ metrics, backends: PRICED, places: PLACES });
  const named = (samples: Samples<number> = {}) =>
    Object.entries(samples).map(([key, value]) => [...labelsOf(key), value]);
  return {
    count: (backend: number, size: number, upstream: number) =>
      bytes.count(backend, 0, size, upstream),
    read: () => {
      const { values } = metrics.snapshot(0);
      return {
        bytes: named(values.archeio_blob_bytes_total),
        unknown: named(values.archeio_blob_unknown_size_total),
        usd: named(values.archeio_egress_usd_total),
        upstreamUsd: named(values.archeio_egress_upstream_usd_total),
      };
    },
  };
}

test('without a price, there are bytes and no dollars', () => {
  const { count, read } = counting();
  count(CDN, GIB, UPSTREAM);
  assert.deepEqual(read(), {
    bytes: [['cdn', 'GCP', 'europe-west9', GIB]],
    unknown: [['cdn', 'GCP', 0]],
    usd: [],
    upstreamUsd: [],
  });
});

test('without a price of the upstream, there is nothing to compare with', () => {
  const { count, read } = counting();
  count(PARIS, GIB, REGISTRY);
  count(PARIS, GIB, -1);
  const { usd, upstreamUsd } = read();
  assert.deepEqual([usd, upstreamUsd], [[['paris', 'GCP', 1 / 4]], []]);
});

test('what an upstream sends costs the same with and without stores', () => {
  const { count, read } = counting();
  count(UPSTREAM, 2 * GIB, UPSTREAM);
  const { usd, upstreamUsd } = read();
  assert.deepEqual(
    [usd, upstreamUsd],
    [[['upstream', 'GCP', 1 / 2]], [['upstream', 'GCP', 1 / 2]]],
  );
});

test('a size that is not known costs nothing and is counted as unknown', () => {
  const { count, read } = counting();
  count(PARIS, -1, UPSTREAM);
  count(PARIS, 0, UPSTREAM);
  assert.deepEqual(read(), {
    bytes: [['paris', 'GCP', 'europe-west9', 0]],
    unknown: [['paris', 'GCP', 1]],
    usd: [['paris', 'GCP', 0]],
    upstreamUsd: [['paris', 'GCP', 0]],
  });
});
