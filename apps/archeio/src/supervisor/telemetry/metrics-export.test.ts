import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { startReceiver } from '../../../../../test/telemetry/otlp-receiver.ts';
import { labelKey } from '../../metrics/metrics-snapshot.ts';
import { MetricsExport } from './metrics-export.ts';

const BUILD = { version: '1.2.3', revision: '', runtime: 'node 26' };

function begin(url: string, clock: ManualClock, interval: number) {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
  const lines: string[] = [];
  const log = {
    level: 'info',
    debug: () => undefined,
    info: (event: string) => lines.push(event),
    warn: (event: string) => lines.push(event),
    error: () => undefined,
  } as const;
  const exporting = new MetricsExport({
    settings: { interval, timeout: interval },
    resource: { 'service.name': 'mine' },
    build: BUILD,
    snapshot: () =>
      Promise.resolve({ values: { archeio_connections: { [labelKey([])]: 3 } }, histograms: {} }),
    clock,
    wallClock: () => 1_500_000_000_250,
    log,
  });
  return { exporting, lines };
}

test('a stop exports the last values', async () => {
  await using receiver = await startReceiver();
  const { exporting } = begin(receiver.url, new ManualClock(), 1e6);
  await exporting.stop(1000);
  const [{ name, resource, points }] = receiver.metrics;
  assert.equal(name, 'archeio_connections');
  assert.equal(resource['service.name'], 'mine');
  assert.equal(resource['service.version'], '1.2.3');
  assert.equal(points[0]?.value, 3);
  assert.equal(points[0]?.start, 1_500_000_000_250_000_000n);
});

test('a stop does not wait longer than it may', async () => {
  await using receiver = await startReceiver();
  receiver.behave('hang');
  const clock = new ManualClock();
  const { exporting } = begin(receiver.url, clock, 1e6);
  const stopped = exporting.stop(1000);
  await clock.advance(1000);
  await stopped;
  assert.equal(receiver.metrics.length, 0);
});

test('a stop does not wait for a collector that did not accept the last values', async () => {
  await using receiver = await startReceiver();
  receiver.behave(400);
  const { exporting, lines } = begin(receiver.url, new ManualClock(), 20);
  while (lines.length === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
  assert.deepEqual(lines, ['telemetry-not-exported']);
  await exporting.stop(1000);
});
