import { parentPort, workerData } from 'node:worker_threads';
import { partsOf } from './configuration-parts.ts';
import { EnvironmentError } from './environment.ts';
import { configurationOf } from './load-configuration.ts';
import { ConfigurationError } from './problem.ts';
import type { AsideAnswer, AsideTask } from './read-aside.ts';
import { servedConfiguration } from './served-configuration.ts';

/** The program of the thread in which a long configuration is read; see {@link readAside}. */

function* answers({ content, location, overrides, places }: AsideTask): Generator<AsideAnswer> {
  try {
    const read = configurationOf(content, location, overrides, places);
    for (const part of partsOf(servedConfiguration(read.configuration)))
      yield { kind: 'part', part };
    yield { kind: 'end', warnings: read.warnings };
  } catch (error) {
    if (error instanceof ConfigurationError) yield { kind: 'refused', problems: error.problems };
    else if (error instanceof EnvironmentError)
      yield { kind: 'environment', variable: error.variable, problem: error.problem };
    else throw error;
  }
}

const task: AsideTask = workerData;
const all = answers(task);
parentPort?.on('message', () => {
  const { value, done } = all.next();
  if (done !== true) parentPort?.postMessage(value, []);
});
