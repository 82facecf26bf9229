import type { Attributes, HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { type Family, FAMILIES, type FamilyName, isFamilyName } from './families.ts';
import { type HistogramValue, labelsOf, type MetricsSnapshot } from './metrics-snapshot.ts';

/** The time that all points of an export cover. */
export interface Covered {
  /** Since when counters and histograms count. */
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** Unit by the end of a name. Other names have none: it would become a part of their names in Prometheus. */
function unitOf(name: string): string {
  if (name.endsWith('_seconds')) return 's';
  return name.endsWith('_bytes_total') ? 'By' : '';
}

function attributesOf({ labels }: Family, key: string): Attributes {
  return Object.fromEntries(labelsOf(key).map((value, at) => [labels[at], value]));
}

function pointsOf<Value, Point>(
  family: Family,
  samples: Readonly<Record<string, Value>> = {},
  covered: Covered,
  convert: (value: Value) => Point,
): DataPoint<Point>[] {
  return Object.entries(samples).map(([key, value]) => ({
    ...covered,
    attributes: attributesOf(family, key),
    value: convert(value),
  }));
}

function histogramOf({ bounds = [] }: Family, { counts, sum }: HistogramValue): Histogram {
  return {
    buckets: { boundaries: [...bounds], counts: [...counts] },
    sum,
    count: counts.reduce((all, count) => all + count, 0),
  };
}

function metricOf(name: FamilyName, snapshot: MetricsSnapshot, covered: Covered): MetricData {
  const family: Family = FAMILIES[name];
  const described = {
    descriptor: {
      name,
      description: family.help,
      unit: unitOf(name),
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (family.type === 'histogram')
    return {
      ...described,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: pointsOf(family, snapshot.histograms[name], covered, (value) =>
        histogramOf(family, value),
      ),
    };
  const dataPoints = pointsOf(family, snapshot.values[name], covered, (value) => value);
  return family.type === 'counter'
    ? { ...described, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...described, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** A snapshot as the library exports it: the families of `/metrics` under the same names; those without a sample are left out. */
export function otlpMetrics(snapshot: MetricsSnapshot, covered: Covered): MetricData[] {
  return Object.keys(FAMILIES)
    .filter(isFamilyName)
    .map((name) => metricOf(name, snapshot, covered))
    .filter(({ dataPoints }) => dataPoints.length > 0);
}
