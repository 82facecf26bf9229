import { formatProblem } from '@archeio/configuration';
import { hasUpstreamPrice } from '@archeio/redirect';
import type {
  BackendStatus,
  PresenceStatus,
  ProcessStatus,
  SharedPresenceStatus,
  Status,
} from '../../ipc/status.ts';
import type { ConfigurationInUse } from '../reload/configuration-in-use.ts';
import { backendStatusOf, type CountName, type DescribedBackend } from './backend-status.ts';
import type { Build } from '../../platform/build.ts';
import { labelsOf, type MetricsSnapshot, type Samples } from '../../metrics/metrics-snapshot.ts';
import { totalsOf } from '../../metrics/totals.ts';

/** The parts of a status. Times in milliseconds since 1970. */
interface StatusFacts extends Build, Pick<Status, 'pid' | 'ranges'> {
  readonly now: number;
  readonly startedAt: number;
  readonly configuration: Readonly<ConfigurationInUse> & { readonly generation: number };
  readonly processes: readonly (Omit<ProcessStatus, 'since'> & { readonly since: number })[];
  readonly backends: readonly DescribedBackend[];
  /** The time at `now` of the clock used for health, which may count from any moment. */
  readonly clockNow: number;
  /** Of each process. */
  readonly presence: readonly PresenceStatus[];
  /** Counts of all processes. */
  readonly metrics: MetricsSnapshot;
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The number of presence checks of each store, by outcome. */
function checksOf({ values }: MetricsSnapshot): Map<string, Record<string, number>> {
  const checks = new Map<string, Record<string, number>>();
  for (const [key, count] of Object.entries(values.archeio_presence_checks_total ?? {})) {
    const [store, outcome] = labelsOf(key);
    checks.set(store, { ...checks.get(store), [outcome]: count });
  }
  return checks;
}

/** The sums of a family by its first label, the backend. */
function sumsOf(samples: Samples<number> = {}): (backend: string) => number {
  const sums = new Map<string, number>();
  for (const [key, value] of Object.entries(samples)) {
    const [backend] = labelsOf(key);
    sums.set(backend, (sums.get(backend) ?? 0) + value);
  }
  return (backend) => sums.get(backend) ?? 0;
}

/** The counts of each of the backends. */
function countsOf(
  metrics: MetricsSnapshot,
  backends: readonly DescribedBackend['backend'][],
): (backend: DescribedBackend['backend']) => Pick<BackendStatus, CountName> {
  const { values } = metrics;
  const checks = checksOf(metrics);
  const bytes = sumsOf(values.archeio_blob_bytes_total);
  const usd = sumsOf(values.archeio_egress_usd_total);
  const upstreamUsd = sumsOf(values.archeio_egress_upstream_usd_total);
  const unknownSizes = sumsOf(values.archeio_blob_unknown_size_total);
  const isComparable = hasUpstreamPrice(backends);
  return ({ name, price }) => ({
    presenceChecks: checks.get(name) ?? {},
    bytes: bytes(name),
    usd: price === undefined ? null : usd(name),
    upstreamUsd: isComparable && price !== undefined ? upstreamUsd(name) : null,
    unknownSizes: unknownSizes(name),
  });
}

function presenceOfAll(each: readonly PresenceStatus[]): PresenceStatus {
  const inFlight: Record<string, number> = {};
  for (const [store, checks] of each.flatMap((one) => Object.entries(one.inFlight)))
    inFlight[store] = (inFlight[store] ?? 0) + checks;
  return {
    entries: each.reduce((sum, { entries }) => sum + entries, 0),
    evictions: each.reduce((sum, { evictions }) => sum + evictions, 0),
    inFlight,
  };
}

/** The samples of a family by its only label. */
function byLabel(samples: Samples<number> = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(samples).map(([key, value]) => [labelsOf(key)[0], value]),
  );
}

function sharedOf({ values }: MetricsSnapshot): SharedPresenceStatus | null {
  const { connected, disconnected } = byLabel(values.archeio_presence_shared_processes);
  if (connected === undefined) return null;
  const checks = byLabel(values.archeio_presence_shared_checks_total);
  const errors = byLabel(values.archeio_presence_shared_errors_total);
  return { connected, disconnected, checks, errors };
}

export function statusOf(facts: StatusFacts): Status {
  const { version, revision, runtime, pid, now, startedAt, ranges, metrics } = facts;
  const { loadedAt, lastReload, ...configuration } = facts.configuration;
  const counts = countsOf(
    metrics,
    facts.backends.map(({ backend }) => backend),
  );
  return {
    version,
    revision,
    runtime,
    pid,
    startedAt: isoOf(startedAt),
    uptimeSeconds: Math.max(0, Math.floor((now - startedAt) / 1000)),
    configuration: {
      ...configuration,
      loadedAt: isoOf(loadedAt),
      lastReload: lastReload && {
        ...lastReload,
        at: isoOf(lastReload.at),
        problems: lastReload.problems.map(formatProblem),
      },
    },
    processes: facts.processes.map(({ since, ...rest }) => ({ ...rest, since: isoOf(since) })),
    backends: facts.backends.map((each) =>
      backendStatusOf(each, counts(each.backend), now, (moment) =>
        isoOf(now - (facts.clockNow - moment)),
      ),
    ),
    ranges,
    presence: { ...presenceOfAll(facts.presence), shared: sharedOf(metrics) },
    totals: totalsOf(metrics),
  };
}
