/** Docker's name for Docker Hub. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const HUB_HOSTS: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
]);

/** The name that Docker's credential helpers use for a registry. */
export const serverName = ({ host }: URL): string => (HUB_HOSTS.has(host) ? DOCKER_HUB : host);

/** A key of Docker's configuration, or of containers' `auth.json`, that applies to one registry. */
export interface RegistryKey {
  /** The namespace or repository that it applies to, without slashes around it; empty for the whole registry. */
  readonly path: string;
  /** Of keys with the same path, the lower rank wins. */
  readonly rank: number;
}

const KEY = /^(?<scheme>https?:\/\/)?(?<authority>[^/@]*)(?<path>\/.*)?$/i;

/** API versions that Docker used to append to a host. */
const VERSIONS: ReadonlySet<string> = new Set(['', 'v1', 'v2']);

/**
 * What a key applies to at the registry of this URL; undefined if it is for another registry. As in Docker, the scheme
 * and path of a URL are ignored; as in containers' tools, `host/path` without a scheme applies to that path.
 */
export function registryKey(key: string, registry: URL): RegistryKey | undefined {
  const { scheme, authority = '', path = '' } = KEY.exec(key.trim())?.groups ?? {};
  // The scheme's default port counts as none.
  const host = URL.parse(`${registry.protocol}//${authority}`)?.host;
  if (host === undefined || host === '') return undefined;
  const isExact = host === registry.host;
  if (!isExact && !(HUB_HOSTS.has(host) && HUB_HOSTS.has(registry.host))) return undefined;
  const within = path.replaceAll(/^\/+|\/+$/g, '');
  if (scheme === undefined && !VERSIONS.has(within)) return { path: within, rank: 0 };
  const preferred = key === serverName(registry) ? 0 : key === registry.host ? 1 : 2;
  return { path: '', rank: preferred };
}
