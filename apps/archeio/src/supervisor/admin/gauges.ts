import type { InventoryState } from '../../ipc/inventory-state.ts';
import { labelKey, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import type { Build } from '../../platform/build.ts';
import type { CertificateState } from '../certificate/certificate-service.ts';
import type { UsedRangesStatus } from '../ranges/ranges-service.ts';
import type { ConfigurationInUse } from '../reload/configuration-in-use.ts';
import type { Crew } from '../workers/worker-processes.ts';
import type { DescribedBackend } from './backend-status.ts';

/** The state that only the supervisor knows. */
interface SupervisorState {
  readonly build: Build;
  /** Undefined before the workers have started. */
  readonly crew: Crew | undefined;
  readonly backends: readonly DescribedBackend[];
  /** By store, if it has an inventory. */
  readonly inventories: ReadonlyMap<string, Pick<InventoryState, 'date' | 'unused'>>;
  /** By store: number of blobs that only the upstream has, until a first blob is found in the store. */
  readonly onlyUpstream: ReadonlyMap<string, number>;
  readonly ranges: readonly Pick<
    UsedRangesStatus,
    'cloud' | 'ipv4Prefixes' | 'ipv6Prefixes' | 'asOf' | 'used'
  >[];
  /** Undefined without TLS. */
  readonly certificate?: CertificateState | undefined;
  readonly configuration: Pick<ConfigurationInUse, 'loadedAt' | 'lastReload'>;
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

function certificateGauges({ notAfter, lastReloadSuccessful }: CertificateState) {
  return {
    archeio_tls_certificate_not_after_timestamp_seconds: gauge([[[], notAfter / 1000]]),
    archeio_tls_certificate_last_reload_successful: gauge([[[], Number(lastReloadSuccessful)]]),
  };
}

/** The supervisor's gauges, to be merged with the counts of all processes. */
export function gaugesOf(state: SupervisorState): MetricsSnapshot {
  const { build, crew, backends, ranges, configuration, certificate } = state;
  const inventories = [...state.inventories];
  const lastReload = configuration.lastReload?.successful ?? true;
  return {
    values: {
      archeio_backend_up: gauge(
        backends.map(({ backend, health }) => [[backend.name], Number(health.state === 'up')]),
      ),
      archeio_breaker_open: gauge(
        backends
          .filter(({ backend }) => backend.kind === 'store')
          .map(({ backend, health }) => [[backend.name], Number(health.breaker !== 'closed')]),
      ),
      archeio_store_blobs_only_upstream: gauge(
        Array.from(state.onlyUpstream, ([store, blobs]) => [[store], blobs]),
      ),
      archeio_inventory_timestamp_seconds: gauge(
        inventories.flatMap(([store, { date }]) => (date === null ? [] : [[[store], date / 1000]])),
      ),
      archeio_inventory_used: gauge(
        inventories.map(([store, { unused }]) => [[store], Number(unused === null)]),
      ),
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
      archeio_config_last_reload_successful: gauge([[[], Number(lastReload)]]),
      archeio_config_last_reload_success_timestamp_seconds: gauge([
        [[], configuration.loadedAt / 1000],
      ]),
      ...(crew !== undefined && crewGauges(crew)),
      ...(certificate !== undefined && certificateGauges(certificate)),
      archeio_build_info: gauge([[[build.version, build.revision, build.runtime], 1]]),
    },
    histograms: {},
  };
}
