import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { type Family, FAMILIES, isFamilyName } from './families.ts';
import { labelKey, type MetricsSnapshot } from './metrics-snapshot.ts';
import { otlpMetrics } from './otlp-metrics.ts';
import { renderMetrics } from './render-metrics.ts';

const NAMES = Object.keys(FAMILIES).filter(isFamilyName);
const COVERED = { startTime: [1, 0], endTime: [2, 5] } as const satisfies {
  startTime: [number, number];
  endTime: [number, number];
};

const value = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e12, noNaN: true }));
/** Plain, so that the text of Prometheus is read without its escapes. */
const label = fc.string({ unit: fc.constantFrom('a', 'B', '0', '-', '.', ' '), maxLength: 4 });

/** Some samples of each family of a kind. */
function samplesOf<Value>(
  isHistogram: boolean,
  sample: (family: Family) => fc.Arbitrary<Value>,
): fc.Arbitrary<Record<string, Record<string, Value>>> {
  return fc.record(
    Object.fromEntries(
      NAMES.map((name): [string, Family] => [name, FAMILIES[name]])
        .filter(([, { type }]) => (type === 'histogram') === isHistogram)
        .map(([name, family]) => {
          const key = fc.tuple(...family.labels.map(() => label)).map(labelKey);
          return [name, fc.dictionary(key, sample(family), { maxKeys: 4 })];
        }),
    ),
  );
}

const snapshots: fc.Arbitrary<MetricsSnapshot> = fc.record({
  values: samplesOf(false, () => value),
  histograms: samplesOf(true, ({ bounds = [] }) => {
    const buckets = bounds.length + 1;
    return fc.record({
      counts: fc.array(fc.nat(), { minLength: buckets, maxLength: buckets }),
      sum: value,
    });
  }),
});

/** The lines that Prometheus would read of the exported metrics. */
function linesOf(metrics: readonly MetricData[]): string[] {
  const line = (name: string, labels: object, number: number): string => {
    const pairs = Object.entries(labels).map(([key, each]) => `${key}="${each}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join()}}` : ''} ${number}`;
  };
  return metrics.flatMap((metric) => {
    const { name } = metric.descriptor;
    if (metric.dataPointType !== DataPointType.HISTOGRAM)
      return metric.dataPoints.map((point) =>
        line(name, point.attributes, point.value as unknown as number),
      );
    return metric.dataPoints.flatMap(({ attributes, value: { buckets, sum = -1, count } }) => [
      ...buckets.counts.map((_count, at) =>
        line(
          `${name}_bucket`,
          { le: buckets.boundaries[at] ?? '+Inf', ...attributes },
          buckets.counts.slice(0, at + 1).reduce((all, each) => all + each, 0),
        ),
      ),
      line(`${name}_sum`, attributes, sum),
      line(`${name}_count`, attributes, count),
    ]);
  });
}

test('exports the samples that /metrics shows', async () => {
  await fc.assert(
    fc.asyncProperty(snapshots, async (snapshot) => {
      const shown = (await renderMetrics(snapshot))
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      assert.deepEqual(linesOf(otlpMetrics(snapshot, COVERED)).toSorted(), shown.toSorted());
    }),
    { numRuns: 200 },
  );
});

test('counters and histograms are cumulative since the start, and units do not change the names in Prometheus', () => {
  const metrics = otlpMetrics(
    {
      values: {
        archeio_blob_bytes_total: { [labelKey(['a', 'b', 'c'])]: 7 },
        archeio_egress_usd_total: { [labelKey(['a', 'b'])]: 0.5 },
        archeio_connections: { [labelKey([])]: 3 },
        archeio_ranges_prefixes: {},
      },
      histograms: {
        http_server_request_duration_seconds: {
          [labelKey(['GET', '307'])]: { counts: Array.from({ length: 21 }, () => 1), sum: 4 },
        },
      },
    },
    COVERED,
  );
  const described = metrics.map(({ descriptor, dataPointType, aggregationTemporality }) => ({
    name: descriptor.name,
    unit: descriptor.unit,
    type: DataPointType[dataPointType],
    temporality: AggregationTemporality[aggregationTemporality],
  }));
  const temporality = 'CUMULATIVE';
  assert.deepEqual(described, [
    { name: 'archeio_blob_bytes_total', unit: 'By', type: 'SUM', temporality },
    { name: 'archeio_egress_usd_total', unit: '', type: 'SUM', temporality },
    { name: 'http_server_request_duration_seconds', unit: 's', type: 'HISTOGRAM', temporality },
    { name: 'archeio_connections', unit: '', type: 'GAUGE', temporality },
  ]);
  const [bytes] = metrics;
  assert.ok(bytes.dataPointType === DataPointType.SUM && bytes.isMonotonic);
  assert.deepEqual(bytes.dataPoints, [
    { ...COVERED, attributes: { backend: 'a', cloud: 'b', region: 'c' }, value: 7 },
  ]);
});
