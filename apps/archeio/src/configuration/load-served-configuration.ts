import type { Environment, ServedConfiguration } from '@archeio/configuration';
import { type ConfigurationFlags, load, type Loaded, type PlacesIn } from './load-configuration.ts';
import { readAside } from './read-aside.ts';

/** The configuration that a server starts with, and its origin. */
export type LoadedServedConfiguration = Loaded<ServedConfiguration>;

/**
 * Reads and checks the configuration of a server, as `loadConfiguration` does. A long one is read in a
 * thread: its source would stay in this process's memory and slow down garbage collection.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadServedConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
  placesIn: PlacesIn,
): Promise<LoadedServedConfiguration> {
  return load(environment, flags, 'configuration', (content, location, overrides) =>
    readAside(content, location, overrides, placesIn),
  );
}
