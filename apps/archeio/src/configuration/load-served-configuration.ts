import type { Environment, CheckedServedConfiguration } from '@archeio/configuration';
import type { Content } from './content.ts';
import { type ConfigurationFlags, load, type PlacesIn } from './load-configuration.ts';
import type { ConfigurationLocation } from './location.ts';
import { readAside } from './read-aside.ts';

/** A configuration that a server begins with, and how it came to be. */
export interface LoadedServedConfiguration extends CheckedServedConfiguration {
  readonly location: ConfigurationLocation;
  /** What was read; a watcher compares with it. */
  readonly content: Content;
}

/**
 * Reads and checks the configuration that a server is to begin with, as `loadConfiguration` does. A long one is read in a
 * thread: what it was read from would stay in this process's memory, and slow its garbage collection down.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadServedConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
  placesIn: PlacesIn,
): Promise<LoadedServedConfiguration> {
  return load(environment, flags, 'configuration', async (content, location, overrides) => ({
    ...(await readAside(content, location, overrides, placesIn)),
    location,
    content,
  }));
}
