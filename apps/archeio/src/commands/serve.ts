import { type Environment, EnvironmentError } from '../configuration/environment.ts';
import { createLog, type Log, LOG_LEVELS } from '../log.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { effectiveConfiguration } from './effective-configuration.ts';
import { portProblem } from './port-problem.ts';

export interface ServeOptions {
  readonly port?: string;
}

function logOf(environment: Environment): Log {
  const wanted = environment['LOG_LEVEL'] || 'info';
  const level = LOG_LEVELS.find((each) => each === wanted.toLowerCase());
  if (level === undefined) {
    throw new EnvironmentError(
      'LOG_LEVEL',
      `cannot read level ${JSON.stringify(wanted)}: expected ${LOG_LEVELS.join(', ')}`,
    );
  }
  return createLog(level, (line) => process.stdout.write(line), Date.now);
}

/** `archeio serve`: resolves when the server has stopped. */
export async function serve(environment: Environment, options: ServeOptions): Promise<void> {
  const log = logOf(environment);
  // A log that nobody reads any more is no reason to stop: lines are dropped.
  process.stdout.removeAllListeners('error').on('error', () => undefined);
  const configuration = effectiveConfiguration(
    options.port === undefined ? environment : { ...environment, PORT: options.port },
  );
  const { host, port } = configuration.listen;
  try {
    await runUntilSignal(configuration, log);
  } catch (error) {
    throw portProblem(error, host, port, 'PORT or --port');
  }
}
