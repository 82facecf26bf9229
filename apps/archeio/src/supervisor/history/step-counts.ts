import { eachInSteps, type Steps } from '@archeio/redirect';
import { FAMILIES, type FamilyName } from '../../metrics/families.ts';
import {
  type HistogramValue,
  labelsOf,
  type MetricsSnapshot,
  type Samples,
} from '../../metrics/metrics-snapshot.ts';

/** What was counted for a backend in a step. */
export interface BackendCounts {
  decisions: number;
  /** Decisions for blobs. */
  blobs: number;
  bytes: number;
  usd: number;
  upstreamUsd: number;
  /** Blobs that clients fetch whose size is not known. */
  unknownSizes: number;
}

/** What was counted from a place to a backend in a step. */
export interface FlowCounts {
  readonly cloud: string;
  readonly region: string;
  readonly backend: string;
  requests: number;
  /** Those for blobs. */
  blobs: number;
  bytes: number;
}

/** What was counted in a step, without zeros. */
export interface StepCounts {
  requests: number;
  errors: number;
  /** By bucket. */
  readonly decisionSeconds: number[];
  readonly checkSeconds: number[];
  readonly backends: Map<string, BackendCounts>;
  /** By {@link flowKey}. */
  readonly flows: Map<string, FlowCounts>;
}

export const DECISION_BOUNDS: readonly number[] =
  FAMILIES.http_server_request_duration_seconds.bounds;
export const CHECK_BOUNDS: readonly number[] =
  FAMILIES.archeio_presence_check_duration_seconds.bounds;

/** Identity of a flow. */
export function flowKey(cloud: string, region: string, backend: string): string {
  return `${cloud}\n${region}\n${backend}`;
}

const NOTHING: Readonly<BackendCounts> = {
  decisions: 0,
  blobs: 0,
  bytes: 0,
  usd: 0,
  upstreamUsd: 0,
  unknownSizes: 0,
};

export function noCounts(): StepCounts {
  return {
    requests: 0,
    errors: 0,
    decisionSeconds: Array.from({ length: DECISION_BOUNDS.length + 1 }, () => 0),
    checkSeconds: Array.from({ length: CHECK_BOUNDS.length + 1 }, () => 0),
    backends: new Map(),
    flows: new Map(),
  };
}

/** Calls back with the labels and the increase of each sample that has increased. */
function* increases(
  name: FamilyName,
  before: MetricsSnapshot,
  now: MetricsSnapshot,
  act: (labels: readonly string[], increase: number) => void,
): Steps<void> {
  const old: Samples<number> = before.values[name] ?? {};
  yield* eachInSteps(Object.entries(now.values[name] ?? {}), ([key, value]) => {
    const increase = value - (old[key] ?? 0);
    if (increase > 0) act(labelsOf(key), increase);
  });
}

/** Adds the increase of each bucket, and calls back with the increase of their sum. */
function* addBuckets(
  name: FamilyName,
  before: MetricsSnapshot,
  now: MetricsSnapshot,
  into: number[],
  act: (key: string, increase: number) => void = () => undefined,
): Steps<void> {
  const old: Samples<HistogramValue> = before.histograms[name] ?? {};
  yield* eachInSteps(Object.entries(now.histograms[name] ?? {}), ([key, { counts }]) => {
    const earlier = old[key]?.counts ?? [];
    let sum = 0;
    // A worker of another version may have other buckets.
    for (let at = 0; at < Math.min(counts.length, into.length); at++) {
      const increase = Math.max(0, counts[at] - (earlier[at] ?? 0));
      into[at] += increase;
      sum += increase;
    }
    if (sum > 0) act(key, sum);
  });
}

/** What was counted between two sums over all workers, in pieces. A count that has decreased counts as unchanged. */
export function* countsBetween(before: MetricsSnapshot, now: MetricsSnapshot): Steps<StepCounts> {
  const step = noCounts();
  const backendOf = (name: string): BackendCounts => {
    let counts = step.backends.get(name);
    if (counts === undefined) step.backends.set(name, (counts = { ...NOTHING }));
    return counts;
  };
  const flowOf = (cloud: string, region: string, backend: string): FlowCounts => {
    const key = flowKey(cloud, region, backend);
    let flow = step.flows.get(key);
    if (flow === undefined)
      step.flows.set(key, (flow = { cloud, region, backend, requests: 0, blobs: 0, bytes: 0 }));
    return flow;
  };
  const duration = 'http_server_request_duration_seconds';
  yield* addBuckets(duration, before, now, step.decisionSeconds, (key, requests) => {
    step.requests += requests;
    const [, status] = labelsOf(key);
    // Only health checks get 503, from a server that starts or stops.
    if (status.startsWith('5') && status !== '503') step.errors += requests;
  });
  yield* addBuckets('archeio_presence_check_duration_seconds', before, now, step.checkSeconds);
  yield* increases('archeio_own_failures_total', before, now, (_, increase) => {
    step.errors += increase;
  });
  yield* increases('archeio_decisions_total', before, now, (labels, increase) => {
    const [, kind, backend, cloud, region] = labels;
    if (backend === '') return;
    const counts = backendOf(backend);
    counts.decisions += increase;
    const flow = flowOf(cloud, region, backend);
    flow.requests += increase;
    if (kind !== 'blob') return;
    counts.blobs += increase;
    flow.blobs += increase;
  });
  yield* increases('archeio_blob_bytes_total', before, now, (labels, increase) => {
    const [backend, cloud, region] = labels;
    backendOf(backend).bytes += increase;
    flowOf(cloud, region, backend).bytes += increase;
  });
  yield* increases('archeio_egress_usd_total', before, now, ([backend], increase) => {
    backendOf(backend).usd += increase;
  });
  yield* increases('archeio_egress_upstream_usd_total', before, now, ([backend], increase) => {
    backendOf(backend).upstreamUsd += increase;
  });
  yield* increases('archeio_blob_unknown_size_total', before, now, ([backend], increase) => {
    backendOf(backend).unknownSizes += increase;
  });
  return step;
}
