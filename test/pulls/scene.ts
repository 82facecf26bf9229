import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { AccessLog } from '../parts/access-log.ts';
import { mustClean } from '../parts/clean-command.ts';
import { BUILDAH } from '../parts/clients/buildah.ts';
import type { Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { CURL } from '../parts/clients/curl.ts';
import { docker } from '../parts/clients/docker.ts';
import { kubelet } from '../parts/clients/kubelet.ts';
import { PODMAN } from '../parts/clients/podman.ts';
import { PULL_THROUGH_CACHE } from '../parts/clients/pull-through-cache.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { startContainerd } from '../parts/containerd.ts';
import { startDockerd } from '../parts/dockerd.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { makeNetworkNamespace, type NetworkNamespace } from '../parts/network-namespace.ts';
import { type Descriptor, type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import type { Bucket } from './networks.ts';

/** Commands that must be installed. */
export const COMMANDS: readonly string[] = (
  'docker-registry radosgw ceph-mon ceph-osd radosgw-admin containerd ctr dockerd ' +
  '/usr/bin/docker podman buildah skopeo curl ip nsenter unshare setpriv'
).split(' ');

/** The names of the clients that it starts, in the order of the report. */
export const CLIENTS: readonly string[] = [
  'skopeo',
  'podman',
  'buildah',
  'docker',
  'ctr',
  "the kubelet's way",
  'a pull-through cache',
  'curl',
];

/** The port of Archeio inside the namespace, which nothing else uses. */
export const PORT_INSIDE = 8080;

/** An image in the registry, and which of its blobs the stores have. */
export interface PlacedImage {
  readonly repository: string;
  readonly image: OciImage;
  readonly buckets: ReadonlyMap<string, readonly Bucket[]>;
}

/** All running parts: a registry, an S3 store, and clients in a separate network that reaches both. */
export interface Scene extends AsyncDisposable {
  readonly namespace: NetworkNamespace;
  readonly registry: DockerRegistry;
  readonly radosgw: Radosgw;
  /** The way from clients to the stores; while shut, connections are refused. */
  readonly storeDoor: { shut(): void; open(): Promise<void> };
  readonly clients: readonly Client[];
  /** A small image: each architecture's configuration is in both stores, its own layer in the default one, the shared layer in Paris. */
  readonly small: PlacedImage;
  /** The same with another layer of 100 MiB in Paris. */
  readonly big: PlacedImage;
  /** The same with another layer of 8 MiB in Paris, to be truncated. */
  readonly medium: PlacedImage;
  /** A place for one pull, in a temporary folder. */
  use<T>(
    pull: (surroundings: { folder: string; namespace: NetworkNamespace }) => Promise<T>,
  ): Promise<T>;
  /** Keeps a copy of the parts' logs, and returns its folder. */
  keepLogs(): string;
  /** Archeio's configuration with this registry and these stores. */
  configuration(change?: Partial<ConfigurationSource>): ConfigurationSource;
}

const KEY = 'containers/images/{digest}';
const MIB = 1024 * 1024;

function bucketsOf({ platforms }: OciImage): ReadonlyMap<string, readonly Bucket[]> {
  const buckets = new Map<string, readonly Bucket[]>();
  for (const { config, layers } of platforms) {
    for (const { digest } of layers) buckets.set(digest, ['paris']);
    buckets.set(layers.at(-1)!.digest, ['default']);
    buckets.set(config.digest, ['paris', 'default']);
  }
  return buckets;
}

/** The client of that name. */
export function clientNamed({ clients }: Scene, name: string): Client {
  return clients.find((client) => client.name === name)!;
}

/** The logs of the servers of a pull. */
export function logsOf({ registry, radosgw }: Scene): { registry: AccessLog; stores: AccessLog } {
  return { registry: registry.log, stores: radosgw.log };
}

/** The file of a blob in an image's layout. */
function fileOf({ layout }: OciImage, { digest }: Pick<Descriptor, 'digest'>): string {
  return join(layout, 'blobs/sha256', digest.slice('sha256:'.length));
}

/** Starts everything; takes about 20 seconds. Stops everything if it fails. */
export async function startScene(): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'archeio-parts-'));
  const started = parts.use.bind(parts);

  const namespace = started(await makeNetworkNamespace(folder));
  const registry = started(await startDockerRegistry(join(folder, 'registry')));
  const radosgw = started(await startRadosgw(folder));
  const containerd = started(await startContainerd(folder, namespace));
  const plain = ['four.test', 'six.test'].map((host) => `${host}:${PORT_INSIDE}`);
  const dockerd = started(await startDockerd(folder, namespace, containerd.socket, plain));
  await namespace.open(registry.port);
  let storeDoor = await namespace.open(radosgw.port);
  for (const bucket of ['paris', 'default'] as const) await radosgw.makeBucket(bucket);

  const place = async (
    repository: string,
    tag: string,
    bigLayer?: number,
  ): Promise<PlacedImage> => {
    const image = writeOciImage(join(folder, repository), tag, bigLayer);
    const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
    const to = `docker://${registry.host}/images/${repository}:${tag}`;
    await mustClean([...copy, `oci:${image.layout}:${tag}`, to], { folder });
    const placed = { repository, image, buckets: bucketsOf(image) };
    for (const [digest, buckets] of placed.buckets)
      for (const bucket of buckets)
        await radosgw.put(bucket, KEY.replace('{digest}', digest), fileOf(image, { digest }));
    return placed;
  };
  const small = await place('pause', '3.9');
  const medium = await place('medium', '2.0', 8 * MIB);
  const big = await place('big', '1.0', 100 * MIB);

  let pulls = 0;
  const running = parts.move();
  return {
    namespace,
    registry,
    radosgw,
    storeDoor: {
      shut: () => storeDoor[Symbol.dispose](),
      async open() {
        storeDoor = await namespace.open(radosgw.port);
      },
    },
    clients: [
      SKOPEO,
      PODMAN,
      BUILDAH,
      docker(dockerd, containerd),
      ctr(containerd),
      kubelet(containerd),
      PULL_THROUGH_CACHE,
      CURL,
    ],
    small,
    medium,
    big,
    async use(pull) {
      const own = join(folder, `pull-${pulls++}`);
      mkdirSync(own);
      try {
        return await pull({ folder: own, namespace });
      } finally {
        rmSync(own, { recursive: true });
      }
    },
    keepLogs() {
      const kept = mkdtempSync(join(tmpdir(), 'archeio-logs-'));
      for (const log of globSync('{*,*/*}.log', { cwd: folder }))
        cpSync(join(folder, log), join(kept, basename(log)));
      return kept;
    },
    configuration: (change) => ({
      version: 1,
      listen: { host: '127.0.0.1', port: 0 },
      clientAddress: { topology: 'google-load-balancer' },
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      registries: [
        { name: 'k8s', upstreams: [{ name: 'upstream', url: registry.url, path: 'images' }] },
      ],
      stores: [
        {
          name: 'paris',
          url: `${radosgw.url}/paris`,
          key: KEY,
          near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
        },
        { name: 'default', url: `${radosgw.url}/default`, key: KEY, default: true },
      ],
      stayUpstream: [{ cloud: 'GCP' }],
      stop: { delay: '0ms', timeout: '5s' },
      // The source of a blob must depend on the rules, not on the speed of this machine.
      presence: { budget: '20s', timeout: '40s' },
      ...change,
    }),
    async [Symbol.asyncDispose]() {
      await running.disposeAsync();
      rmSync(folder, { recursive: true });
    },
  };
}
