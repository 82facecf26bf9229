import { dirname, resolve } from 'node:path';
import { CloudRanges } from '@archeio/clouds';
import {
  checkConfiguration,
  type Configuration,
  ConfigurationError,
  locate,
  type Problem,
  readDocument,
} from '@archeio/configuration';
import { edgeFindings } from './edge-findings.ts';

/** A configuration that can be embedded. */
export interface EdgeConfiguration {
  readonly configuration: Configuration;
  readonly warnings: readonly Problem[];
}

/**
 * Checks the text of a configuration for the edge.
 *
 * @param path of its file
 * @param ranges for the clouds and regions that exist
 * @throws ConfigurationError with every problem at once
 */
export function readConfiguration(
  path: string,
  text: string,
  ranges: Uint8Array,
): EdgeConfiguration {
  const { source, marks } = readDocument(text, path, 'file');
  const base = { kind: 'directory', path: resolve(dirname(path)) } as const;
  const { places } = CloudRanges.decode(ranges);
  const { configuration, warnings } = checkConfiguration(source, marks, places, base);
  const found = edgeFindings(configuration, source).map((each) => locate(each, source, marks));
  const problems = [...warnings, ...found];
  if (problems.some(({ severity }) => severity === 'error')) throw new ConfigurationError(problems);
  return { configuration, warnings: problems };
}
