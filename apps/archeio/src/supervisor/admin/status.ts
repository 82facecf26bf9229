import { type BackendStatus, backendStatusOf, type DescribedBackend } from './backend-status.ts';
import type { Build } from '../../metrics/service-state.ts';
import { labelsOf, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import { type Totals, totalsOf } from '../../metrics/totals.ts';

/** Moments are ISO 8601 in UTC; what there is not is null. */
export interface Status extends Build {
  /** Of the process that owns configuration and admin listener. */
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly configuration: ConfigurationStatus;
  readonly processes: readonly ProcessStatus[];
  readonly backends: readonly BackendStatus[];
  readonly ranges: readonly RangesStatus[];
  readonly presence: PresenceStatus;
  /** Since the start, over all processes, also those that have been replaced. */
  readonly totals: Totals;
}

/** Which configuration is in use, and what came of the last attempt to load one. */
export interface ConfigurationStatus {
  /** A file, a URL, or the name of a preset. */
  readonly location: string;
  /** 1 for the first, one more with each that was swapped in. */
  readonly generation: number;
  readonly loadedAt: string;
  readonly lastReload: {
    readonly at: string;
    readonly successful: boolean;
    /** Why the new configuration was kept out; empty where it was not. */
    readonly problems: readonly string[];
  } | null;
}

/** A process that answers requests. */
export interface ProcessStatus {
  readonly pid: number;
  readonly since: string;
  /** Whether it answers its supervisor; part of all new connections hang with one that does not. */
  readonly answering: boolean;
  /** Answered since then. */
  readonly requests: number;
}

/** The published ranges of one cloud. */
export interface RangesStatus {
  readonly cloud: string;
  /** When the provider made the list; null where it does not say. */
  readonly date: string | null;
  /** The provider's own name for this edition. */
  readonly version: string;
  readonly ipv4Prefixes: number;
  readonly ipv6Prefixes: number;
}

/** What is remembered of blobs, over all processes. */
export interface PresenceStatus {
  readonly entries: number;
  /** Entries dropped before they expired, to make room. */
  readonly evictions: number;
  /** Checks under way, by store. */
  readonly inFlight: Readonly<Record<string, number>>;
}

/** What a status is put together from. Moments in milliseconds since 1970, null where there is none. */
export interface StatusParts extends Build, Pick<Status, 'pid' | 'ranges'> {
  readonly now: number;
  readonly startedAt: number;
  readonly configuration: Omit<ConfigurationStatus, 'loadedAt' | 'lastReload'> & {
    readonly loadedAt: number;
    readonly lastReload:
      | (Omit<NonNullable<ConfigurationStatus['lastReload']>, 'at'> & { readonly at: number })
      | null;
  };
  readonly processes: readonly (Omit<ProcessStatus, 'since'> & { readonly since: number })[];
  readonly backends: readonly DescribedBackend[];
  /** What the clock by which health is kept said at `now`; it may count from any moment. */
  readonly clockNow: number;
  /** What each process says of its memory. */
  readonly presence: readonly PresenceStatus[];
  /** What all processes have counted. */
  readonly metrics: MetricsSnapshot;
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The presence checks of each store, by outcome. */
function checksOf({ values }: MetricsSnapshot): Map<string, Record<string, number>> {
  const checks = new Map<string, Record<string, number>>();
  for (const [key, count] of Object.entries(values.archeio_presence_checks_total ?? {})) {
    const [store, outcome] = labelsOf(key);
    checks.set(store, { ...checks.get(store), [outcome]: count });
  }
  return checks;
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

/** Puts a status together. */
export function statusOf(parts: StatusParts): Status {
  const { version, revision, runtime, pid, now, startedAt, ranges, metrics } = parts;
  const { loadedAt, lastReload, ...configuration } = parts.configuration;
  const checks = checksOf(metrics);
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
      lastReload: lastReload && { ...lastReload, at: isoOf(lastReload.at) },
    },
    processes: parts.processes.map(({ since, ...rest }) => ({ ...rest, since: isoOf(since) })),
    backends: parts.backends.map((each) =>
      backendStatusOf(each, checks.get(each.backend.name) ?? {}, now, (moment) =>
        isoOf(now - (parts.clockNow - moment)),
      ),
    ),
    ranges,
    presence: presenceOfAll(parts.presence),
    totals: totalsOf(metrics),
  };
}
