import { setTimeout as sleep } from 'node:timers/promises';
import { type Access, type AccessLog, isByClient } from '../parts/access-log.ts';
import { blobsFor, type Client } from '../parts/clients/client.ts';
import type { Bucket, Network } from './networks.ts';
import type { PlacedImage } from './scene.ts';

/** The clients' requests to the registry and the stores during a pull, by their logs; without Archeio's checks and canaries. */
export interface Served {
  readonly registry: readonly Access[];
  readonly stores: readonly Access[];
  /** What Archeio asked the stores for a client; only canaries read a body. */
  readonly checks: readonly Access[];
}

/**
 * Runs a pull, then reads the logs of the registry and the stores.
 *
 * @param complete whether the logs have everything that is expected: the last request of a pull is logged a moment
 *   after its client has continued
 */
export async function observe(
  logs: { readonly registry: AccessLog; readonly stores?: AccessLog },
  pull: () => Promise<void>,
  complete: (served: Served) => boolean,
): Promise<Served> {
  const [registryMark, storeMark = 0] = await Promise.all([
    logs.registry.mark(),
    logs.stores?.mark(),
  ]);
  await pull();
  for (let attempt = 0; ; attempt++) {
    const [registry, stores = []] = await Promise.all([
      logs.registry.since(registryMark),
      logs.stores?.since(storeMark),
    ]);
    const served = {
      registry: registry.filter(isByClient),
      stores: stores.filter(isByClient),
      checks: stores.filter((access) => !isByClient(access) && access.method === 'HEAD'),
    };
    if (complete(served) || attempt === 200) return served;
    await sleep(25);
  }
}

/** The sources of each blob that was read: `registry`, buckets, or several of them. */
export function sourcesOf({
  registry,
  stores,
}: Pick<Served, 'registry' | 'stores'>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (source: string, { method, path }: Access): void => {
    const digest = /sha256(?::|%3A)([0-9a-f]{64})/i.exec(path)?.[1];
    if (method !== 'GET' || digest === undefined || path.includes('/manifests/')) return;
    const name = `sha256:${digest}`;
    found.set(name, (found.get(name) ?? new Set()).add(source));
  };
  for (const access of registry) add('registry', access);
  for (const access of stores) add(access.path.split('/')[1], access);
  return found;
}

/** The source of a blob by the rules, for a client in a network (R10 to R12). */
function expectedSource(buckets: readonly Bucket[], { stores }: Network): string {
  return stores.find((store) => buckets.includes(store)) ?? 'registry';
}

/** The only source, by the rules, of each blob that a client pulls. */
export function expectedSources(
  client: Client,
  { image, buckets }: PlacedImage,
  network: Network,
): Map<string, Set<string>> {
  return new Map(
    blobsFor(client, image).map(({ digest }) => [
      digest,
      new Set([expectedSource(buckets.get(digest) ?? [], network)]),
    ]),
  );
}
