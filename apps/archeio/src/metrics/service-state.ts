import type { Build } from '../platform/build.ts';
import { labelKey, type MetricsSnapshot } from './metrics-snapshot.ts';

/** The processes that answer requests. */
export interface Crew {
  /** Configured number. */
  readonly wanted: number;
  readonly answering: number;
  /** Number that do not answer: some new connections hang with them until they are killed. */
  readonly silent: number;
  /** Since the start. */
  readonly ends: { readonly crashed: number; readonly silent: number };
  /** Messages to them that were dropped; undefined if the only one is in this process. */
  readonly dropped: number | undefined;
}

/** State of the process that owns configuration, health and ranges, for its gauges. */
export interface ServiceState {
  readonly build: Build;
  /** Undefined before they have started. */
  readonly crew: Crew | undefined;
  readonly backends: readonly {
    readonly name: string;
    /** Whether it is in use, by canary and breaker together. */
    readonly up: boolean;
    /** For a store: whether its breaker is open; undefined for an upstream. */
    readonly breakerOpen?: boolean | undefined;
  }[];
  /** For each store: number of blobs that only the upstream has, until a first blob is found in it. */
  readonly onlyUpstream: readonly (readonly [store: string, blobs: number])[];
  /** One for each store that names an inventory. */
  readonly inventories: readonly {
    readonly store: string;
    /** Date of the last good one, milliseconds since 1970; null if there is none yet. */
    readonly date: number | null;
    /** Whether it is in use: present and not too old. */
    readonly used: boolean;
  }[];
  readonly ranges: readonly {
    readonly cloud: string;
    readonly ipv4Prefixes: number;
    readonly ipv6Prefixes: number;
    /** Last time at which this was known to be the provider's list, ISO 8601; null if there is none. */
    readonly asOf: string | null;
    /** Whether the list is refreshed because the configuration names the cloud. */
    readonly used: boolean;
  }[];
  readonly reload: {
    /** Whether the last attempt succeeded; the first load counts. */
    readonly successful: boolean;
    /** Time at which the configuration in use was loaded; milliseconds since 1970. */
    readonly loadedAt: number;
  };
}

function gauge(samples: readonly (readonly [labels: readonly string[], value: number])[]) {
  return Object.fromEntries(samples.map(([labels, value]) => [labelKey(labels), value]));
}

function crewGauges({ wanted, answering, silent, ends, dropped }: Crew) {
  return {
    archeio_workers: gauge([
      [['answering'], answering],
      [['silent'], silent],
      [['missing'], wanted - answering - silent],
    ]),
    archeio_worker_ends_total: gauge([
      [['crashed'], ends.crashed],
      [['silent'], ends.silent],
    ]),
    ...(dropped !== undefined && {
      archeio_worker_messages_dropped_total: gauge([[['supervisor'], dropped]]),
    }),
  };
}

/** The gauges that only one process knows, to be merged with the counts of all. */
export function gaugesOf({
  build,
  crew,
  backends,
  onlyUpstream,
  inventories,
  ranges,
  reload,
}: ServiceState): MetricsSnapshot {
  return {
    values: {
      archeio_backend_up: gauge(backends.map(({ name, up }) => [[name], Number(up)])),
      archeio_breaker_open: gauge(
        backends.flatMap(({ name, breakerOpen }) =>
          breakerOpen === undefined ? [] : [[[name], Number(breakerOpen)]],
        ),
      ),
      archeio_store_blobs_only_upstream: gauge(
        onlyUpstream.map(([store, blobs]) => [[store], blobs]),
      ),
      archeio_inventory_timestamp_seconds: gauge(
        inventories.flatMap(({ store, date }) => (date === null ? [] : [[[store], date / 1000]])),
      ),
      archeio_inventory_used: gauge(inventories.map(({ store, used }) => [[store], Number(used)])),
      archeio_ranges_prefixes: gauge(
        ranges.flatMap(({ cloud, ipv4Prefixes, ipv6Prefixes }) => [
          [[cloud, 'ipv4'], ipv4Prefixes],
          [[cloud, 'ipv6'], ipv6Prefixes],
        ]),
      ),
      archeio_ranges_timestamp_seconds: gauge(
        ranges.map(({ cloud, asOf }) => [[cloud], asOf === null ? 0 : Date.parse(asOf) / 1000]),
      ),
      archeio_ranges_used: gauge(ranges.map(({ cloud, used }) => [[cloud], Number(used)])),
      archeio_config_last_reload_successful: gauge([[[], Number(reload.successful)]]),
      archeio_config_last_reload_success_timestamp_seconds: gauge([[[], reload.loadedAt / 1000]]),
      ...(crew !== undefined && crewGauges(crew)),
      archeio_build_info: gauge([[[build.version, build.revision, build.runtime], 1]]),
    },
    histograms: {},
  };
}
