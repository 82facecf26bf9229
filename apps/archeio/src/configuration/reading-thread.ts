import { parentPort } from 'node:worker_threads';
import {
  checkConfiguration,
  partsOf,
  EnvironmentError,
  ConfigurationError,
  servedConfiguration,
} from '@archeio/configuration';
import { effectiveValuesJson } from './effective-values.ts';
import { rangesDirectoryOf, sourceOf } from './load-configuration.ts';
import { fileBaseOf } from './location.ts';
import type {
  AsideAnswer,
  AsidePlaces,
  AsideRequest,
  AsideTask,
  AsideValues,
} from './read-aside.ts';

/** The program of the thread that reads long configurations, one after the other; see {@link readAside} and {@link valuesAside}. */

function* answers({
  content,
  location,
  overrides,
}: AsideTask): Generator<AsideAnswer, void, AsidePlaces | undefined> {
  try {
    const { source, marks } = sourceOf(content, location, overrides);
    const { places } = (yield { kind: 'places', directory: rangesDirectoryOf(source) }) ?? {
      places: [],
    };
    const read = checkConfiguration(source, marks, places, fileBaseOf(location));
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

function valuesOf({ content, location, overrides }: AsideTask): AsideValues {
  return { json: effectiveValuesJson(content, location, overrides) };
}

let all: Generator<AsideAnswer, void, AsidePlaces | undefined> | undefined;
parentPort?.on('message', (request: AsideRequest) => {
  if (typeof request === 'object' && 'list' in request) {
    parentPort?.postMessage(valuesOf(request.list), []);
    return;
  }
  const isTask = typeof request === 'object' && 'content' in request;
  if (isTask) all = answers(request);
  const places = typeof request === 'object' && 'places' in request ? request : undefined;
  const answer = all?.next(places).value ?? undefined;
  // Release this configuration while the thread waits for the next one.
  if (answer?.kind !== 'part' && answer?.kind !== 'places') all = undefined;
  parentPort?.postMessage(answer, []);
});
