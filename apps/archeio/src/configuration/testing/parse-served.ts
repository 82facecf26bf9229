import {
  type ConfigurationSource,
  parseConfiguration,
  type ServedConfiguration,
  servedConfiguration,
} from '@archeio/configuration';

/** A configuration that a test wrote, as a server uses it. */
export function parseServed(source: ConfigurationSource): ServedConfiguration {
  return servedConfiguration(parseConfiguration(source));
}
