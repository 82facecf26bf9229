import { runningBuild } from './build.ts';
import { MONOTONIC_CLOCK } from './clock.ts';
import type { Environment, Overrides } from './configuration/environment.ts';
import {
  configurationDirectory,
  type LoadedConfiguration,
} from './configuration/load-configuration.ts';
import { locationName } from './configuration/location.ts';
import type { ConfigurationInUse } from './hub/configuration-in-use.ts';
import { ReloadService } from './hub/reload-service.ts';
import type { Log } from './log.ts';
import { startServer } from './running-server.ts';

/** Longer than anything that is still open may keep a process that has stopped. */
const LINGER = 1000;

/**
 * Serves until SIGTERM or SIGINT, then stops in order; a second signal ends the delay. SIGHUP looks whether the
 * configuration has changed.
 *
 * @throws FailedError if a port cannot be had
 */
export async function runUntilSignal(
  loaded: LoadedConfiguration,
  overrides: Overrides,
  environment: Environment,
  log: Log,
): Promise<void> {
  const { configuration, location } = loaded;
  const inUse: ConfigurationInUse = {
    location: locationName(location),
    loadedAt: Date.now(),
    lastReload: null,
  };
  const server = await startServer(configuration, {
    environment,
    inUse,
    clock: MONOTONIC_CLOCK,
    log,
  });
  const reload = new ReloadService({
    hub: server.hub,
    loaded,
    overrides,
    places: () => server.ranges.places,
    inUse,
    directory: configurationDirectory(environment),
    clock: MONOTONIC_CLOCK,
    wallClock: Date.now,
    log,
  });
  server.hub.add(reload);
  process.on('SIGHUP', () => {
    log.info('reload', { from: inUse.location });
    void reload.now();
  });
  log.info('started', {
    host: configuration.listen.host,
    port: server.port,
    adminHost: configuration.listen.admin.host,
    adminPort: server.adminPort,
    pid: process.pid,
    processes: server.hub.workers.size,
    runtime: runningBuild(environment).runtime,
    configuration: inUse.location,
    stores: configuration.stores.length,
    upstreams: configuration.registries.flatMap(({ upstreams }) => upstreams.map(({ url }) => url)),
    ranges: server.ranges
      .status()
      .flatMap(({ cloud, date, version, from }) =>
        from === null ? [] : [`${cloud} ${date ?? version}`],
      ),
  });

  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const { delay, timeout } = server.hub.generation.configuration.stop;
  log.info('stopping', { signal, delayMs: delay });
  process.on('SIGTERM', server.hurry);
  process.on('SIGINT', server.hurry);
  const { ended, totals } = await server.stop();
  if (ended === 'cut') log.warn('cut', { timeoutMs: timeout });
  log.info('stopped', { ...totals });
  setTimeout(() => process.exit(0), LINGER).unref();
}
