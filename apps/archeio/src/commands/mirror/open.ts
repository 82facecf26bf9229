import http from 'node:http';
import type { Environment } from '@archeio/configuration';
import {
  type MirrorConfiguration,
  openMirror,
  type OpeningOptions,
  type OpenMirror,
} from '@archeio/mirror';
import { ArcheioError } from '../../platform/errors.ts';
import { showOn } from '../show-progress.ts';

/**
 * Sends requests through the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, as Bun does by default.
 *
 * @throws ArcheioError if the URL of a proxy cannot be read
 */
function useProxies(): void {
  if (process.versions.bun !== undefined) return;
  try {
    // Older versions of Node 24 do not have it.
    const tell: (() => unknown) | undefined = http.setGlobalProxyFromEnv;
    tell?.();
  } catch {
    throw new ArcheioError(
      'environment-invalid',
      'cannot read HTTP_PROXY or HTTPS_PROXY: expected a URL such as http://proxy.example:3128',
    );
  }
}

/**
 * Opens the source and destinations for a command, through the proxies of the environment, with progress on standard error.
 *
 * @throws ArcheioError, RegistryError or another stated error that says what is missing
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
