import { isName } from '@archeio/oci-distribution';
import type { ConfigurationSource } from './configuration.ts';
import { parseBaseUrl, parseOrigin } from './url.ts';

/** The environment: a variable that is empty counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable whose value cannot be used; the message names it. */
export class EnvironmentError extends Error {
  constructor(variable: string, problem: string) {
    super(`${variable}: ${problem}`);
    this.name = 'EnvironmentError';
  }
}

function read<T>(
  environment: Environment,
  variable: string,
  parse: (value: string) => T,
): T | undefined {
  const value = environment[variable];
  if (value === undefined || value === '') return undefined;
  try {
    return parse(value);
  } catch (error) {
    throw new EnvironmentError(variable, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads a port.
 *
 * @throws RangeError if it is none
 */
export function parsePort(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new RangeError(
      `cannot read port ${JSON.stringify(value)}: expected a number from 0 to 65535`,
    );
  }
  return Number(value);
}

function parsePath(value: string): string {
  const path = value.replace(/^\/+|\/+$/g, '');
  if (!isName(path)) {
    throw new RangeError(
      `cannot read path ${JSON.stringify(value)}: expected the beginning of a repository's name, such as "k8s-artifacts-prod/images"`,
    );
  }
  return path;
}

/** The key under which registry.k8s.io's buckets hold a blob. */
const DEFAULT_KEY = 'containers/images/{digest}';

/**
 * Lays the environment variables of registry.k8s.io's redirector over a configuration: `PORT`, `ADMIN_PORT`,
 * `UPSTREAM_REGISTRY_ENDPOINT`, `UPSTREAM_REGISTRY_PATH`, `SIGNATURE_UPSTREAM_ENDPOINT`, `DEFAULT_AWS_BASE_URL`.
 *
 * @throws EnvironmentError at the first variable that cannot be read
 */
export function overlayEnvironment(
  source: ConfigurationSource,
  environment: Environment,
): ConfigurationSource {
  const port = read(environment, 'PORT', parsePort);
  const adminPort = read(environment, 'ADMIN_PORT', parsePort);
  const endpoint = read(environment, 'UPSTREAM_REGISTRY_ENDPOINT', parseOrigin);
  const path = read(environment, 'UPSTREAM_REGISTRY_PATH', parsePath);
  const signatures = read(environment, 'SIGNATURE_UPSTREAM_ENDPOINT', parseOrigin);
  const defaultStore = read(environment, 'DEFAULT_AWS_BASE_URL', parseBaseUrl);

  const { listen = {}, stores = [], registries } = source;
  return {
    ...source,
    listen: {
      ...listen,
      ...(port !== undefined && { port }),
      ...(adminPort !== undefined && { admin: { ...listen.admin, port: adminPort } }),
    },
    registries: registries.map((registry) => {
      const paths = path ?? registry.upstreams[0].path;
      const upstreams = endpoint
        ? [{ name: 'upstream', url: endpoint, path: paths }]
        : registry.upstreams.map((upstream) =>
            path === undefined ? upstream : { ...upstream, path },
          );
      const signature = signatures ? { url: signatures, path: paths } : registry.signatures;
      return {
        ...registry,
        upstreams,
        ...(signature && { signatures: path === undefined ? signature : { ...signature, path } }),
      };
    }),
    stores: defaultStore
      ? [
          ...stores.filter((store) => store.default !== true),
          { name: 'default', url: defaultStore, key: DEFAULT_KEY, default: true },
        ]
      : stores,
  };
}
