import http from 'node:http';
import { ArcheioError } from '../../platform/errors.ts';

/**
 * Sends requests through the proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name. Bun does so by itself; Node
 * does if it is told.
 *
 * @throws ArcheioError where a proxy's URL cannot be read
 */
export function useProxies(): void {
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
