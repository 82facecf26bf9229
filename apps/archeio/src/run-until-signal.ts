import { MONOTONIC_CLOCK } from './clock.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Log } from './log.ts';
import { startServer } from './running-server.ts';
import { shippedRanges, shippedRangesBytes } from './shipped.ts';

/** Longer than anything that is still open may keep a process that has stopped. */
const LINGER = 1000;

/**
 * Serves until SIGTERM or SIGINT, then stops in order; a second signal ends the delay.
 *
 * @throws NodeJS.ErrnoException if the port cannot be had
 */
export async function runUntilSignal(configuration: Configuration, log: Log): Promise<void> {
  const ranges = shippedRanges();
  const server = await startServer(configuration, {
    ranges: shippedRangesBytes(),
    clock: MONOTONIC_CLOCK,
    log,
  });
  log.info('started', {
    host: configuration.listen.host,
    port: server.port,
    pid: process.pid,
    runtime: process.versions.bun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`,
    stores: configuration.stores.length,
    upstreams: configuration.registries[0].upstreams.map(({ url }) => url),
    ranges: ranges.sources.map(({ cloud, date, version }) => `${cloud} ${date ?? version}`),
  });

  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info('stopping', { signal, delayMs: configuration.stop.delay });
  process.on('SIGTERM', server.hurry);
  process.on('SIGINT', server.hurry);
  const ended = await server.stop();
  if (ended === 'cut') log.warn('cut', { timeoutMs: configuration.stop.timeout });
  log.info('stopped');
  setTimeout(() => process.exit(0), LINGER).unref();
}
