import { runningBuild } from '../platform/build.ts';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import type { Environment, Overrides, ServedConfiguration } from '@archeio/configuration';
import { configurationDirectory } from '../configuration/load-configuration.ts';
import type { LoadedServedConfiguration } from '../configuration/load-served-configuration.ts';
import { locationName } from '../configuration/location.ts';
import { ConfigurationValues } from '../supervisor/reload/configuration-values.ts';
import type { ConfigurationInUse } from '../supervisor/reload/configuration-in-use.ts';
import { ReloadService } from '../supervisor/reload/reload-service.ts';
import { type EndingLog, endingLog, type Log } from '../platform/log.ts';
import { EMPTY_SNAPSHOT } from '../metrics/metrics-snapshot.ts';
import { type Totals, totalsOf } from '../metrics/totals.ts';
import { listInUse } from '../supervisor/ranges/age.ts';
import type { LoadedRanges } from '../supervisor/ranges/load-ranges.ts';
import { type RunningServer, type ServerDependencies, startServer } from './start-server.ts';
import type { ServerSignals } from './server-signals.ts';
import { ServiceManager } from './service-manager.ts';

/** Time after which a stopped process exits, whatever is still open. */
const LINGER = 1000;

/** The lists in use at the start, for the clouds that the configuration uses. */
function startedRanges(ranges: RunningServer['ranges']) {
  return Object.fromEntries(
    ranges
      .status()
      .filter(({ from, used }) => from !== null && used)
      .map((status) => [status.cloud, listInUse(status, Date.now())]),
  );
}

/** Logs the end, and exits even if something is still open. */
function sayStopped(log: EndingLog, totals: Totals): void {
  log.last('stopped', { ...totals });
  setTimeout(() => process.exit(0), LINGER).unref();
}

/** Ends a server that was stopped before it served. */
export function endUnstarted(signal: NodeJS.Signals, log: Log): void {
  log.info('stopping', { signal, delayMs: 0 });
  sayStopped(endingLog(log), totalsOf(EMPTY_SNAPSHOT));
}

/** A server that serves, or the signal that came before. */
async function startUntil(
  signals: ServerSignals,
  configuration: ServedConfiguration,
  dependencies: Omit<ServerDependencies, 'stopping'>,
): Promise<RunningServer | NodeJS.Signals> {
  const stopping = new AbortController();
  void signals.stop.then(() => stopping.abort());
  try {
    return await startServer(configuration, { ...dependencies, stopping: stopping.signal });
  } catch (error) {
    // Cancelled work failed only because of the stop.
    if (signals.stopping) return signals.stop;
    throw error;
  }
}

/**
 * Serves until a signal, then stops gracefully; a second signal ends the delay. SIGHUP checks whether the configuration
 * or the ranges in their directory have changed.
 *
 * @param ranges what the check of the configuration has loaded
 * @throws ArcheioError if it cannot listen on a port
 */
export async function serveUntilSignal(
  loaded: LoadedServedConfiguration,
  overrides: Overrides,
  environment: Environment,
  givenLog: Log,
  signals: ServerSignals,
  ranges?: LoadedRanges,
): Promise<void> {
  const log = endingLog(givenLog);
  const { configuration, location } = loaded;
  const inUse: ConfigurationInUse = {
    location: locationName(location),
    loadedAt: Date.now(),
    lastReload: null,
    restartNeeded: [],
  };
  const values = new ConfigurationValues(loaded, overrides);
  const server = await startUntil(signals, configuration, {
    environment,
    inUse,
    values,
    ranges,
    clock: MONOTONIC_CLOCK,
    log,
  });
  if (typeof server === 'string') {
    endUnstarted(server, log);
    return;
  }
  const reload = new ReloadService({
    supervisor: server.supervisor,
    loaded,
    overrides,
    placesIn: (directory) => server.ranges.placesIn(directory),
    inUse,
    values,
    changes: server.changes,
    directory: configurationDirectory(environment),
    clock: MONOTONIC_CLOCK,
    wallClock: Date.now,
    log,
  });
  server.supervisor.add(reload);
  log.info('started', {
    host: configuration.listen.host,
    port: server.port,
    ...(server.certificate && { scheme: 'https' }),
    ...(server.redirectPort !== undefined && { redirectPort: server.redirectPort }),
    adminHost: configuration.listen.admin.host,
    adminPort: server.adminPort,
    pid: process.pid,
    processes: server.supervisor.workers.size,
    runtime: runningBuild(environment).runtime,
    configuration: inUse.location,
    stores: configuration.stores.length,
    upstreams: configuration.registries.flatMap(({ upstreams }) => upstreams.map(({ url }) => url)),
    ranges: startedRanges(server.ranges),
  });
  const serviceManager = new ServiceManager(environment, log);
  void serviceManager.ready(
    `Serving port ${server.port}; health and console on ${server.adminPort}`,
  );

  signals.onReload(() => {
    log.info('reload', { from: inUse.location });
    // First, so that the configuration is checked against the ranges that it will be served with.
    server.ranges.reread();
    server.events.reopen();
    void server.certificate?.now();
    void reload.now();
  });
  // Nothing sends requests yet to a server that is stopped during its start.
  if (signals.stopping) server.skipDelay();
  const delayMs = signals.stopping ? 0 : undefined;
  const signal = await signals.stop;
  const { delay, timeout } = server.supervisor.generation.configuration.stop;
  log.info('stopping', { signal, delayMs: delayMs ?? delay });
  void serviceManager.stopping('Stopping: finishing requests');
  signals.onSecondStop(server.skipDelay);
  const { ended, totals } = await server.stop();
  if (ended === 'cut') log.warn('cut', { timeoutMs: timeout });
  sayStopped(log, totals);
}
