import { parentPort } from 'node:worker_threads';
import {
  partsOf,
  EnvironmentError,
  ConfigurationError,
  servedConfiguration,
} from '@archeio/configuration';
import { configurationOf } from './load-configuration.ts';
import type { AsideAnswer, AsideRequest, AsideTask } from './read-aside.ts';

/** The program of the thread in which long configurations are read, one after the other; see {@link readAside}. */

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

let all: Generator<AsideAnswer> | undefined;
parentPort?.on('message', (request: AsideRequest) => {
  if (request !== 'next') all = answers(request);
  const answer = all?.next().value;
  // Nothing of this configuration is needed any more, while the thread waits for the next one.
  if (answer?.kind !== 'part') all = undefined;
  parentPort?.postMessage(answer, []);
});
