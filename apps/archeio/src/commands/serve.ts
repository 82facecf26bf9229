import { MONOTONIC_CLOCK } from '@archeio/presence';
import { type Environment, EnvironmentError, formatProblem } from '@archeio/configuration';
import type { ConfigurationFlags } from '../configuration/load-configuration.ts';
import { loadServedConfiguration } from '../configuration/load-served-configuration.ts';
import { type HeldSignals, takeSignals } from '../platform/held-signals.ts';
import { createLog, type Log, LOG_LEVELS } from '../platform/log.ts';
import { writeLogLine } from '../platform/standard-output.ts';
import { onceOrphanedByNpm } from '../serve/orphaned-by-npm.ts';
import { endUnstarted, serveUntilSignal } from '../serve/serve-until-signal.ts';
import { ServerSignals } from '../serve/server-signals.ts';
import { LoadedRanges } from '../supervisor/ranges/load-ranges.ts';

function logOf(environment: Environment): Log {
  const wanted = environment['LOG_LEVEL'] || 'info';
  const level = LOG_LEVELS.find((each) => each === wanted.toLowerCase());
  if (level === undefined) {
    throw new EnvironmentError(
      'LOG_LEVEL',
      `cannot read level ${JSON.stringify(wanted)}: expected ${LOG_LEVELS.join(', ')}`,
    );
  }
  return createLog(level, writeLogLine, Date.now);
}

/** `archeio serve`: resolves when the server has stopped. */
export async function serve(
  environment: Environment,
  options: ConfigurationFlags,
  held: HeldSignals,
): Promise<void> {
  const signals = new ServerSignals();
  takeSignals(held, process, (signal) => signals.receive(signal));
  onceOrphanedByNpm(
    environment,
    () => process.ppid,
    MONOTONIC_CLOCK,
    () => signals.receive('SIGTERM'),
  );
  const log = logOf(environment);
  const ranges = new LoadedRanges(log);
  const loaded = await Promise.race([
    loadServedConfiguration(environment, options, ranges.placesIn),
    signals.stop,
  ]);
  if (typeof loaded === 'string') {
    endUnstarted(loaded, log);
    return;
  }
  for (const warning of loaded.warnings)
    log.warn('configuration-warning', { problem: formatProblem(warning) });
  await serveUntilSignal(
    loaded,
    { environment, port: options.port },
    environment,
    log,
    signals,
    ranges,
  );
}
