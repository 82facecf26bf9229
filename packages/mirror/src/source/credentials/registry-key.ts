/** Docker Hub is known to Docker by this name. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const HUB_HOSTS: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
]);

/** What Docker's credential helpers call a registry. */
export const serverName = ({ host }: URL): string => (HUB_HOSTS.has(host) ? DOCKER_HUB : host);

/** A key of Docker's configuration, or of containers' `auth.json`, that is about one registry. */
export interface RegistryKey {
  /** The namespace or repository that it is for, without slashes around it; empty for the whole registry. */
  readonly path: string;
  /** Lower is better, of keys with the same path. */
  readonly rank: number;
}

const KEY = /^(?<scheme>https?:\/\/)?(?<authority>[^/@]*)(?<path>\/.*)?$/i;

/** As Docker once wrote them after a host. */
const VERSIONS: ReadonlySet<string> = new Set(['', 'v1', 'v2']);

/**
 * What a key is for at the registry of this URL; undefined where it is another's. As Docker does it, scheme and path
 * of a URL are not looked at; as containers' tools do it, `host/path` without a scheme is for what is below that path.
 */
export function registryKey(key: string, registry: URL): RegistryKey | undefined {
  const { scheme, authority = '', path = '' } = KEY.exec(key.trim())?.groups ?? {};
  // A port that is the scheme's own is none.
  const host = URL.parse(`${registry.protocol}//${authority}`)?.host;
  if (host === undefined || host === '') return undefined;
  const isExact = host === registry.host;
  if (!isExact && !(HUB_HOSTS.has(host) && HUB_HOSTS.has(registry.host))) return undefined;
  const within = path.replaceAll(/^\/+|\/+$/g, '');
  if (scheme === undefined && !VERSIONS.has(within)) return { path: within, rank: 0 };
  const preferred = key === serverName(registry) ? 0 : key === registry.host ? 1 : 2;
  return { path: '', rank: preferred };
}
