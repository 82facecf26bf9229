import { providersAt } from '@archeio/clouds';
import { type MirrorOnlyConfiguration, usedClouds } from '@archeio/configuration';

/** Who connects to a host: the clients that pull, `archeio serve`, or `archeio mirror`. */
export type Party = 'clients' | 'server' | 'mirror';

export const PARTIES: readonly Party[] = ['clients', 'server', 'mirror'];

/** One reason to allow connections to a host. */
export interface HostUse {
  readonly for: Party;
  /** Such as `blobs` or `health checks`. */
  readonly purpose: string;
  /** The key of the configuration, or the variable or flag, that names the host. */
  readonly key: string;
}

/** A host to allow connections to. */
export interface NeededHost {
  /** A name, an IPv4 address, an IPv6 address in brackets, or `*.` and a name: every host below it. */
  readonly host: string;
  readonly port: number;
  readonly uses: readonly HostUse[];
}

/** A URL to connect to, and why. */
export interface NeededUrl extends HostUse {
  readonly url: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'redis:': 6379,
  'rediss:': 6379,
};

/** Where Amazon serves a bucket. Names with a dot have no certificate as a subdomain, so the SDK puts them into the path. */
function amazonUrl(bucket: string, region: string, forcePathStyle: boolean | undefined): string {
  const domain = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return `https://${forcePathStyle === true || bucket.includes('.') ? '' : `${bucket}.`}${domain}`;
}

/** Where an S3 server has a bucket: a subdomain, unless the path names it. */
function endpointUrl(
  endpoint: string,
  bucket: string,
  forcePathStyle: boolean | undefined,
): string {
  const url = new URL(endpoint);
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname);
  if (forcePathStyle !== true && !isAddress && !bucket.includes('.'))
    url.hostname = `${bucket}.${url.hostname}`;
  return url.href;
}

function* registryUrls(registries: MirrorOnlyConfiguration['registries']): Generator<NeededUrl> {
  for (const [at, { hosts = [], upstreams, signatures }] of (registries ?? []).entries()) {
    for (const [number, host] of hosts.entries()) {
      if (host === '*') continue;
      yield {
        url: `https://${host}`,
        key: `registries[${at}].hosts[${number}]`,
        for: 'clients',
        purpose: 'registry',
      };
    }
    for (const [number, { url }] of upstreams.entries()) {
      const key = `registries[${at}].upstreams[${number}].url`;
      yield { url, key, for: 'clients', purpose: 'manifests' };
      yield { url, key, for: 'clients', purpose: 'blobs' };
      yield { url, key, for: 'server', purpose: 'health checks' };
    }
    if (signatures === undefined) continue;
    const { url } = signatures;
    const key = `registries[${at}].signatures.url`;
    yield { url, key, for: 'clients', purpose: 'signatures' };
    yield { url, key, for: 'server', purpose: 'health checks' };
  }
}

function* storeUrls(stores: MirrorOnlyConfiguration['stores']): Generator<NeededUrl> {
  for (const [at, { url, checkUrl, enabled, inventory }] of (stores ?? []).entries()) {
    if (!enabled) continue;
    const key = `stores[${at}].url`;
    yield { url, key, for: 'clients', purpose: 'blobs' };
    yield { url, key, for: 'server', purpose: 'health checks' };
    yield checkUrl === undefined
      ? { url, key, for: 'server', purpose: 'presence checks' }
      : {
          url: checkUrl,
          key: `stores[${at}].checkUrl`,
          for: 'server',
          purpose: 'presence checks',
        };
    if (inventory?.url !== undefined)
      yield {
        url: inventory.url,
        key: `stores[${at}].inventory.url`,
        for: 'server',
        purpose: 'inventories',
      };
  }
}

function* rangesUrls(configuration: MirrorOnlyConfiguration): Generator<NeededUrl> {
  const { registries, stores, stayUpstream, ranges } = configuration;
  if (registries === undefined || ranges.refreshEvery === 'never') return;
  const clouds = usedClouds({ registries, stores, stayUpstream, ranges });
  for (const { cloud, urls, link } of providersAt(ranges.sources))
    if (clouds.includes(cloud))
      for (const url of [...urls, ...(link === undefined ? [] : [link.origin])])
        yield { url, key: `ranges.sources.${cloud}`, for: 'server', purpose: 'address ranges' };
}

function* mirrorUrls(mirror: MirrorOnlyConfiguration['mirror']): Generator<NeededUrl> {
  if (mirror === undefined) return;
  const { source, destinations } = mirror;
  if ('url' in source)
    yield { url: source.url, key: 'mirror.source.url', for: 'mirror', purpose: 'source' };
  for (const [at, destination] of destinations.entries()) {
    if (destination.type !== 's3') continue;
    const { bucket, region, endpoint, forcePathStyle } = destination;
    yield {
      url:
        endpoint === undefined
          ? amazonUrl(bucket, region, forcePathStyle)
          : endpointUrl(endpoint, bucket, forcePathStyle),
      key: `mirror.destinations[${at}]`,
      for: 'mirror',
      purpose: 'destination',
    };
  }
}

/** Every URL of a configuration that clients, the server or the mirror connect to. */
export function* neededUrls(configuration: MirrorOnlyConfiguration): Generator<NeededUrl> {
  const { registries, stores, pages, correlation, presence, shadow, mirror } = configuration;
  if (registries !== undefined) {
    yield* registryUrls(registries);
    yield* storeUrls(stores);
    yield* rangesUrls(configuration);
    if (presence.shared !== undefined)
      yield {
        url: presence.shared.redis,
        key: 'presence.shared.redis',
        for: 'server',
        purpose: 'shared presence',
      };
  }
  for (const [name, url] of Object.entries(pages ?? {}))
    yield { url, key: `pages.${name}`, for: 'clients', purpose: 'pages' };
  if (correlation.realm !== undefined)
    yield { url: correlation.realm, key: 'correlation.realm', for: 'clients', purpose: 'tokens' };
  if (shadow !== undefined)
    yield { url: shadow.url, key: 'shadow.url', for: 'server', purpose: 'comparison' };
  yield* mirrorUrls(mirror);
}

/** The hosts of some URLs, sorted by name; one entry for each port. */
export function neededHosts(urls: Iterable<NeededUrl>): NeededHost[] {
  const hosts = new Map<string, { host: string; port: number; uses: HostUse[] }>();
  for (const { url, ...use } of urls) {
    const { hostname: host, port: written, protocol } = new URL(url);
    const port = written === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(written);
    const known = hosts.get(`${host}:${port}`) ?? { host, port, uses: [] };
    known.uses.push(use);
    hosts.set(`${host}:${port}`, known);
  }
  return [...hosts.values()].toSorted(
    (a, b) => (a.host < b.host ? -1 : Number(a.host > b.host)) || a.port - b.port,
  );
}
