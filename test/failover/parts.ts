import { globSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { mustClean } from '../parts/clean-command.ts';
import { type Containerd, startContainerd } from '../parts/containerd.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';

/** Commands that must be installed. */
export const COMMANDS: readonly string[] =
  'docker-registry radosgw ceph-mon ceph-osd radosgw-admin containerd ctr skopeo setpriv'.split(
    ' ',
  );

/** An image in both registries, with its blobs in both stores. */
export interface CopiedImage {
  readonly repository: string;
  readonly image: OciImage;
}

/** Two running instances of each part. */
export interface Parts extends AsyncDisposable {
  readonly folder: string;
  readonly stores: Readonly<Record<'near' | 'far', Radosgw>>;
  readonly registries: Readonly<Record<'first' | 'second', DockerRegistry>>;
  readonly containerd: Containerd;
  /** One for each client that keeps what it pulled: it would not request a blob that another has pulled. */
  readonly images: readonly CopiedImage[];
  /** Keeps a copy of the parts' logs, and returns its folder. */
  keepLogs(): string;
}

const KEY = '{digest}';
const BUCKET = 'blobs';

/**
 * How soon a change of a backend must be detected, in milliseconds: the interval to the next canary, another canary to
 * confirm it, and the time-out of both.
 */
export const HEALTH = { every: 1000, timeout: 1000, failures: 2, passes: 2 } as const;
/** What a machine that runs everything at once may add to each wait. */
export const MACHINE = 3000;
export const FOUND_OUT_WITHIN = HEALTH.every + 250 + HEALTH.failures * HEALTH.timeout;

/** Archeio's configuration, with the given URL for the near store. */
export function configuration(
  { stores, registries }: Pick<Parts, 'stores' | 'registries'>,
  change: { readonly nearUrl?: string; readonly processes?: number } = {},
): ConfigurationSource {
  const { every, timeout, failures, passes } = HEALTH;
  return {
    version: 1,
    listen: { host: '127.0.0.1', port: 0, processes: change.processes ?? 1 },
    clientAddress: { topology: 'google-load-balancer' },
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'k8s',
        upstreams: (['first', 'second'] as const).map((name) => ({
          name,
          url: registries[name].url,
          path: 'images',
        })),
      },
    ],
    stores: [
      {
        name: 'near',
        url: `${change.nearUrl ?? stores.near.url}/${BUCKET}`,
        key: KEY,
        near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
        failover: 'region',
      },
      {
        name: 'far',
        url: `${stores.far.url}/${BUCKET}`,
        key: KEY,
        near: [{ cloud: 'AWS', regions: ['eu-central-1'] }],
      },
    ],
    health: { every: `${every}ms`, timeout: `${timeout}ms`, failures, passes },
    stop: { delay: '0ms', timeout: '5s' },
  };
}

/** Puts an image into both registries and both stores. */
async function copyEverywhere(
  { folder, stores, registries }: Pick<Parts, 'folder' | 'stores' | 'registries'>,
  repository: string,
): Promise<CopiedImage> {
  const image = writeOciImage(join(folder, repository), repository);
  for (const { host } of Object.values(registries)) {
    const to = `docker://${host}/images/${repository}:${image.tag}`;
    const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
    await mustClean([...copy, `oci:${image.layout}:${image.tag}`, to], { folder });
  }
  for (const store of Object.values(stores))
    for (const { digest } of image.blobs) {
      const file = join(image.layout, 'blobs/sha256', digest.slice('sha256:'.length));
      await store.put(BUCKET, digest, file);
    }
  return { repository, image };
}

/** Starts everything; takes about 20 seconds. Stops everything if it fails. */
export async function startParts(): Promise<Parts> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'archeio-failover-'));
  const inFolder = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const stores = {
    near: parts.use(await startRadosgw(inFolder('near'))),
    far: parts.use(await startRadosgw(inFolder('far'))),
  };
  const registries = {
    first: parts.use(await startDockerRegistry(inFolder('first'))),
    second: parts.use(await startDockerRegistry(inFolder('second'))),
  };
  const containerd = parts.use(await startContainerd(folder));
  for (const store of Object.values(stores)) await store.makeBucket(BUCKET);
  const images: CopiedImage[] = [];
  for (const repository of ['one', 'two', 'three'])
    images.push(await copyEverywhere({ folder, stores, registries }, repository));

  const running = parts.move();
  return {
    folder,
    stores,
    registries,
    containerd,
    images,
    keepLogs() {
      const kept = mkdtempSync(join(tmpdir(), 'archeio-logs-'));
      for (const log of globSync('**/*.log', { cwd: folder }))
        cpSync(join(folder, log), join(kept, log.replaceAll('/', '-')));
      return kept;
    },
    async [Symbol.asyncDispose]() {
      await running.disposeAsync();
      rmSync(folder, { recursive: true });
    },
  };
}
