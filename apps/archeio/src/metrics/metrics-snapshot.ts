import { type Family, FAMILIES, type FamilyName, isFamilyName } from './families.ts';

/** Number of observations in each bucket, each counted once; the last bucket is above every bound. */
export interface HistogramValue {
  readonly counts: readonly number[];
  readonly sum: number;
}

/** The samples of a family, by {@link labelKey}. */
export type Samples<Value> = Readonly<Record<string, Value>>;

/**
 * The counts of a process, as plain data for JSON and for messages between processes. Samples are identified by
 * the values of their labels, never by a number, because a reload changes the numbers of backends and places.
 */
export interface MetricsSnapshot {
  /** Counters and gauges. */
  readonly values: Readonly<Partial<Record<FamilyName, Samples<number>>>>;
  readonly histograms: Readonly<Partial<Record<FamilyName, Samples<HistogramValue>>>>;
}

export const EMPTY_SNAPSHOT: MetricsSnapshot = Object.freeze({ values: {}, histograms: {} });

/** The key of a sample: the values of its labels, in the family's order. */
export function labelKey(labels: readonly string[]): string {
  return JSON.stringify(labels);
}

/** The label values of a key of {@link labelKey}. */
export function labelsOf(key: string): readonly string[] {
  const labels: readonly string[] = JSON.parse(key);
  return labels;
}

type Merged<Value> = Partial<Record<FamilyName, Record<string, Value>>>;

function mergeInto<Value>(
  merged: Merged<Value>,
  families: Readonly<Partial<Record<FamilyName, Samples<Value>>>>,
  sum: (a: Value, b: Value) => Value,
): void {
  for (const [name, samples] of Object.entries(families)) {
    if (!isFamilyName(name)) continue;
    const into = (merged[name] ??= {});
    for (const [key, value] of Object.entries(samples))
      into[key] = key in into ? sum(into[key], value) : value;
  }
}

function sumOfHistograms(a: HistogramValue, b: HistogramValue): HistogramValue {
  return { counts: a.counts.map((count, at) => count + b.counts[at]), sum: a.sum + b.sum };
}

/** The sum of several snapshots, sample by sample; gauges are summed as well. */
export function mergeSnapshots(snapshots: Iterable<MetricsSnapshot>): MetricsSnapshot {
  const values: Merged<number> = {};
  const histograms: Merged<HistogramValue> = {};
  for (const snapshot of snapshots) {
    mergeInto(values, snapshot.values, (a, b) => a + b);
    mergeInto(histograms, snapshot.histograms, sumOfHistograms);
  }
  return { values, histograms };
}

/** The part that stays valid when the process is gone: everything but the gauges. */
export function withoutGauges({ values, histograms }: MetricsSnapshot): MetricsSnapshot {
  const isCounter = (name: string): boolean => {
    const family: Family | undefined = isFamilyName(name) ? FAMILIES[name] : undefined;
    return family?.type === 'counter';
  };
  return {
    values: Object.fromEntries(Object.entries(values).filter(([name]) => isCounter(name))),
    histograms,
  };
}
