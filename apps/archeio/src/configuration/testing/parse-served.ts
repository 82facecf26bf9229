import { type ConfigurationSource, parseConfiguration } from '../configuration.ts';
import { type ServedConfiguration, servedConfiguration } from '../served-configuration.ts';

/** A configuration that a test wrote, as a server uses it. */
export function parseServed(source: ConfigurationSource): ServedConfiguration {
  return servedConfiguration(parseConfiguration(source));
}
