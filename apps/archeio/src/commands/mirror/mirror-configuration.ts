import { ArcheioError } from '../../platform/errors.ts';
import type { Configuration, Environment } from '@archeio/configuration';
import {
  type ConfigurationFlags,
  loadMirrorConfiguration,
} from '../../configuration/load-configuration.ts';
import { locationName } from '../../configuration/location.ts';

/** The mirror's part of a configuration. */
export interface MirrorSettings {
  readonly mirror: NonNullable<Configuration['mirror']>;
  readonly presence: Configuration['presence'];
}

/**
 * Reads `mirror` and `presence` of a configuration, which may also be a server's.
 *
 * @throws ArcheioError if the configuration has no mirror; otherwise as loadMirrorConfiguration does
 */
export async function readMirrorSettings(
  environment: Environment,
  flags: ConfigurationFlags,
): Promise<MirrorSettings> {
  const { configuration, location } = await loadMirrorConfiguration(environment, flags);
  const { mirror, presence } = configuration;
  if (mirror === undefined)
    throw new ArcheioError(
      'usage',
      `cannot mirror with ${locationName(location)}: it has no "mirror" section; name a configuration that has one with --config`,
    );
  return { mirror, presence };
}
