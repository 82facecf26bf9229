import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { MetricsAccumulator } from './metrics-accumulator.ts';
import { WorkerMetrics } from './worker-metrics.ts';

test('the counters of a process stay when it is gone; its gauges do not', () => {
  const accumulator = new MetricsAccumulator();
  const metrics = new WorkerMetrics(new ManualClock());
  metrics.ownFailure();
  metrics.requests.end('GET', 307, metrics.requests.begin());
  metrics.requests.begin();
  const source = accumulator.open();
  source.report(metrics.snapshot(10));
  assert.deepEqual(accumulator.total().values.http_server_active_requests, { '[]': 1 });
  source.end();
  const { values, histograms } = accumulator.total();
  assert.deepEqual(values.archeio_own_failures_total, { '[]': 1 });
  assert.deepEqual(
    [values.http_server_active_requests, values.archeio_presence_entries],
    [undefined, undefined],
  );
  assert.equal(histograms.http_server_request_duration_seconds?.['["GET","307"]'].counts[0], 1);
});

test('gauges of processes add up', () => {
  const accumulator = new MetricsAccumulator();
  for (const entries of [3, 4])
    accumulator.open().report(new WorkerMetrics(new ManualClock()).snapshot(entries));
  assert.deepEqual(accumulator.total().values.archeio_presence_entries, { '[]': 7 });
});

test('ignores a family that this version does not know', () => {
  const accumulator = new MetricsAccumulator();
  const source = accumulator.open();
  source.report(JSON.parse('{"values":{"toString":{"[]":1},"x_total":{"[]":1}},"histograms":{}}'));
  assert.deepEqual(accumulator.total(), { values: {}, histograms: {} });
  source.end();
  assert.deepEqual(accumulator.total(), { values: {}, histograms: {} });
});
