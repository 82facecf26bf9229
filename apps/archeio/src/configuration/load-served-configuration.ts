import type { Environment, CheckedServedConfiguration } from '@archeio/configuration';
import type { Content } from './content.ts';
import { type ConfigurationFlags, load, type PlacesIn } from './load-configuration.ts';
import type { ConfigurationLocation } from './location.ts';
import { readAside } from './read-aside.ts';

/** The configuration that a server starts with, and its origin. */
export interface LoadedServedConfiguration extends CheckedServedConfiguration {
  readonly location: ConfigurationLocation;
  /** The content that was read; a watcher compares with it. */
  readonly content: Content;
}

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
  return load(environment, flags, 'configuration', async (content, location, overrides) => ({
    ...(await readAside(content, location, overrides, placesIn)),
    location,
    content,
  }));
}
