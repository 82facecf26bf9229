import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@archeio/presence';
import { backendsOf, backendsServedHere } from '../worker/compile-generation.ts';
import { type Build, runningBuild } from '../platform/build.ts';
import type { ServedConfiguration } from '@archeio/configuration';
import { AdminService } from '../supervisor/admin/admin-service.ts';
import { Changes } from '../supervisor/history/changes.ts';
import { CertificateService } from '../supervisor/certificate/certificate-service.ts';
import { closeWorker } from '../supervisor/workers/close-worker.ts';
import type { ConfigurationValues } from '../supervisor/reload/configuration-values.ts';
import type { ConfigurationInUse } from '../supervisor/reload/configuration-in-use.ts';
import { EventWriter } from '../supervisor/events/event-writer.ts';
import { HealthService } from '../supervisor/health/health-service.ts';
import { BarrenStores } from '../supervisor/health/barren-stores.ts';
import { MuteStores } from '../supervisor/health/mute-stores.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { InventoryService } from '../supervisor/inventory/inventory-service.ts';
import type { LoadedRanges } from '../supervisor/ranges/load-ranges.ts';
import { RangesService } from '../supervisor/ranges/ranges-service.ts';
import { RepositoryService } from '../supervisor/repositories/repository-service.ts';
import { SigningService } from '../supervisor/signing/signing-service.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import { readTelemetry, type Telemetry } from '../platform/telemetry/read-telemetry.ts';
import type { Log } from '../platform/log.ts';
import { type Capacity, capacityFor } from '../http/capacity.ts';
import { LIMITS } from '../http/limits.ts';
import { openFilesLimit } from '../http/open-files.ts';
import { totalsOf, type Totals } from '../metrics/totals.ts';
import { onPort, startInProcess, startProcesses, type Workers } from './start-workers.ts';

/** Time to write events at the stop, even if requests took all of `stop.timeout`; milliseconds. */
const LEAST_FOR_EVENTS = 500;

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** Port that redirects to https; undefined if there is none. */
  readonly redirectPort: number | undefined;
  readonly adminPort: number;
  readonly supervisor: Supervisor;
  readonly ranges: RangesService;
  readonly changes: Changes;
  readonly events: EventWriter;
  /** Undefined without TLS. */
  readonly certificate: CertificateService | undefined;
  /** Becomes unready but accepts connections for `stop.delay`; then refuses new ones, and resolves when all requests are answered. */
  stop(): Promise<{ readonly ended: 'finished' | 'cut'; readonly totals: Totals }>;
  /** Ends the delay of a stop in progress. */
  skipDelay(this: void): void;
}

/** Longest time that a stop waits for a collector, in milliseconds. */
const FLUSH_WITHIN = 1000;

/** Supplied by the caller. */
export interface ServerDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly inUse: ConfigurationInUse;
  readonly values: ConfigurationValues;
  /** What the check of the configuration has loaded. */
  readonly ranges?: LoadedRanges | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted on stop: cancels a start in progress. */
  readonly stopping: AbortSignal;
}

/**
 * Starts a server for a configuration.
 *
 * @throws ArcheioError if it cannot listen on a port, or the certificate cannot be used
 * @throws EnvironmentError if a variable of OpenTelemetry cannot be used
 */
export async function startServer(
  configuration: ServedConfiguration,
  dependencies: ServerDependencies,
): Promise<RunningServer> {
  const { environment, inUse, values, clock, log } = dependencies;
  const { listen } = configuration;
  const { telemetry, warnings } = readTelemetry(environment);
  for (const problem of warnings) log.warn('environment-warning', { problem });
  const count = listen.processes === 'auto' ? availableParallelism() : listen.processes;
  const changes = new Changes(Date.now);
  const supervisor: Supervisor = new Supervisor({
    clock,
    log,
    changes,
    backendsOf: count === 1 ? backendsServedHere : backendsOf,
    onDoubt: (backend) => health.probeSoon(backend),
  });
  const { owner, workers: serving } = supervisor;
  const certificate =
    configuration.tls &&
    (await CertificateService.start(configuration.tls, {
      workers: serving,
      clock,
      wallClock: Date.now,
      log,
      changes,
    }));
  if (certificate !== undefined) supervisor.add(certificate);
  const lifecycle = new Lifecycle();
  const ranges = new RangesService({
    settings: configuration.ranges,
    loaded: dependencies.ranges,
    clock,
    log,
    changes,
    onChange: (bytes) => void applyRanges(supervisor, bytes, log),
  });
  const signing = new SigningService({ clock, log });
  const health = new HealthService({ owner, signing, workers: serving, clock, log });
  const inventories = new InventoryService({ workers: serving, signing, clock, log });
  const barren = new BarrenStores(log);
  const events = new EventWriter({ clock, log });
  let workers: Workers | undefined;
  const capacity = capacityFor(openFilesLimit(), backendCount(configuration));
  const build = runningBuild(environment);
  const admin = new AdminService({
    supervisor,
    connections: capacity.admin,
    ranges,
    inventories,
    barren,
    events,
    certificate,
    configuration: inUse,
    values,
    changes,
    build,
    health: (check) => lifecycle.healthy(check),
    crew: () => workers?.crew(),
    clock,
    wallClock: Date.now,
    log,
  });
  const lists = new RepositoryService({ owner, workers: serving, clock, log });
  // The signing service comes first: it must know a new store before the services that use it.
  const mute = new MuteStores(log);
  for (const service of [signing, ranges, health, admin, lists, inventories, barren, mute, events])
    supervisor.add(service);

  await supervisor.apply({ configuration, ranges: ranges.bytes });
  let adminPort: number;
  try {
    adminPort = await onPort(
      () => admin.listen(listen.admin.host, listen.admin.port, listen.admin.hosts),
      listen.admin,
      'ADMIN_PORT or listen.admin.port',
    );
    const starting = {
      ...dependencies,
      supervisor,
      telemetry,
      build,
      onImpaired: (impaired: boolean) => {
        lifecycle.impaired = impaired;
        for (const worker of serving) worker.impaired(impaired);
      },
    };
    workers = await (count === 1 ? startInProcess(starting) : startProcesses(starting, count));
  } catch (error) {
    await Promise.all([admin.stop(0), ...[...serving].map((worker) => worker.close(0))]);
    supervisor.close();
    throw error;
  }
  const metricsExport = await startMetricsExport(telemetry, admin, build, dependencies);
  lifecycle.ready();
  changes.add({ kind: 'start', text: `archeio ${build.version} started on ${build.runtime}` });
  const started = workers;
  warnOfOpenFiles(capacity, log);

  const skipped = new AbortController();
  return {
    port: started.port,
    redirectPort: started.redirectPort,
    adminPort,
    supervisor,
    ranges,
    changes,
    events,
    certificate,
    async stop() {
      const { delay, timeout } = supervisor.generation.configuration.stop;
      lifecycle.stopping();
      started.stopping();
      for (const worker of serving) worker.announceStop();
      await sleep(delay, undefined, { signal: skipped.signal }).catch(() => undefined);
      const until = clock.now() + timeout;
      const ended = await Promise.all(
        [...serving].map((worker) => closeWorker(worker, timeout, clock)),
      );
      const totals = totalsOf(await admin.counted());
      await metricsExport?.stop(Math.min(timeout, FLUSH_WITHIN));
      started.end();
      await events.stop(Math.max(until - clock.now(), LEAST_FOR_EVENTS));
      await admin.stop(timeout);
      supervisor.close();
      return { ended: ended.includes('cut') ? 'cut' : 'finished', totals };
    },
    skipDelay: () => skipped.abort(),
  };
}

/** Loads the SDK only if a variable asks for it. */
async function startMetricsExport(
  { metrics: settings, resource }: Telemetry,
  admin: AdminService,
  build: Build,
  { clock, log }: ServerDependencies,
) {
  if (settings === undefined) return undefined;
  const { MetricsExport } = await import('../supervisor/telemetry/metrics-export.ts');
  const snapshot = () => admin.metrics();
  return new MetricsExport({
    settings,
    resource,
    build,
    snapshot,
    clock,
    wallClock: Date.now,
    log,
  });
}

/** Stores and upstreams. */
function backendCount({ stores, registries }: ServedConfiguration): number {
  return registries.reduce(
    (sum, { upstreams, signatures }) => sum + upstreams.length + (signatures ? 1 : 0),
    stores.length,
  );
}

/** Both runtimes have raised the limit to the hard limit: only the environment can raise that. */
function warnOfOpenFiles({ openFiles, wanted, connections, admin }: Capacity, log: Log): void {
  if (openFiles === undefined || openFiles >= wanted) return;
  log.warn('open-files-limit', {
    openFiles,
    wanted,
    connections,
    adminConnections: admin,
    problem: `each process may open ${openFiles} files, so it accepts ${connections} client connections instead of ${LIMITS.connections}: raise the limit to ${wanted} (ulimit -n, LimitNOFILE= in systemd, --ulimit nofile= in Docker)`,
  });
}

/** Refuses ranges that cannot be served: the previous ones stay in use. */
async function applyRanges(supervisor: Supervisor, ranges: Uint8Array, log: Log): Promise<void> {
  try {
    await supervisor.apply({ ranges });
  } catch (error) {
    log.error('ranges-refused', { error: String(error) });
  }
}
