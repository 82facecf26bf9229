import { type Configuration, parseConfiguration } from '../configuration/configuration.ts';
import {
  type Environment,
  EnvironmentError,
  overlayEnvironment,
} from '../configuration/environment.ts';
import { shippedPreset } from '../shipped.ts';

/**
 * The configuration that is in force: the built-in preset with the environment laid over it.
 *
 * @throws EnvironmentError, ConfigurationError
 */
export function effectiveConfiguration(environment: Environment): Configuration {
  if (environment['ARCHEIO_CONFIG']) {
    throw new EnvironmentError(
      'ARCHEIO_CONFIG',
      'configuration files are not read by this version: unset it to run the built-in preset',
    );
  }
  return parseConfiguration(overlayEnvironment(shippedPreset(), environment));
}
