import { AggregatorRegistry, Registry } from 'prom-client';
import { type Family, FAMILIES, type FamilyName, isFamilyName } from './families.ts';
import { type HistogramValue, labelsOf, type MetricsSnapshot } from './metrics-snapshot.ts';

/** Media type of the output of {@link renderMetrics}. */
export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** A sample in the form of the library. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

function labelled({ labels }: Family, key: string): Record<string, string> {
  return Object.fromEntries(labelsOf(key).map((value, at) => [labels[at], value]));
}

/** Converts buckets, which are stored separately, to cumulative ones. */
function histogramSamples(
  name: string,
  labels: Readonly<Record<string, string>>,
  bounds: readonly number[],
  { counts, sum }: HistogramValue,
): Sample[] {
  let below = 0;
  const buckets = counts.map((count, at) => {
    below += count;
    return {
      metricName: `${name}_bucket`,
      labels: { le: at < bounds.length ? bounds[at] : '+Inf', ...labels },
      value: below,
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: below },
  ];
}

function samplesOf(name: FamilyName, { values, histograms }: MetricsSnapshot): Sample[] {
  const family: Family = FAMILIES[name];
  return [
    ...Object.entries(values[name] ?? {}).map(([key, value]) => ({
      labels: labelled(family, key),
      value,
    })),
    ...Object.entries(histograms[name] ?? {}).flatMap(([key, value]) =>
      histogramSamples(name, labelled(family, key), family.bounds ?? [], value),
    ),
  ];
}

/** A snapshot in the text format of Prometheus, version 0.0.4; families without a sample are left out. */
export function renderMetrics(snapshot: MetricsSnapshot): Promise<string> {
  const families = Object.keys(FAMILIES)
    .filter(isFamilyName)
    .map((name) => ({
      name,
      help: FAMILIES[name].help,
      type: FAMILIES[name].type,
      aggregator: 'first',
      values: samplesOf(name, snapshot),
    }))
    .filter(({ values }) => values.length > 0);
  return AggregatorRegistry.aggregate([families]).metrics();
}
