import http from 'node:http';
import { ArcheioError } from '../../platform/errors.ts';

/**
 * Sends requests through the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. Bun does so by default; Node
 * must be told to.
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
