import {
  type ConfigurationSource,
  parseConfiguration,
  type ServedConfiguration,
  servedConfiguration,
} from '@archeio/configuration';

/** Parses a configuration of a test for a server. */
export function parseServed(source: ConfigurationSource): ServedConfiguration {
  return servedConfiguration(parseConfiguration(source));
}
