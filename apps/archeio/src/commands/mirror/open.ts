import type { Environment } from '@archeio/configuration';
import {
  type MirrorConfiguration,
  openMirror,
  type OpeningOptions,
  type OpenMirror,
} from '@archeio/mirror';
import { showOn } from './show-progress.ts';
import { useProxies } from './use-proxies.ts';

/**
 * Opens source and destinations for a command: through the proxies of the environment, with progress on standard error.
 *
 * @throws ArcheioError, RegistryError and other stated errors about what is missing
 */
export function open(
  configuration: MirrorConfiguration,
  environment: Environment,
  options: Partial<OpeningOptions> = {},
): Promise<OpenMirror> {
  useProxies();
  return openMirror(configuration, environment, {
    show: showOn(process.stderr, environment),
    ...options,
  });
}
