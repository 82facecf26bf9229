import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ArcheioProcess, type Runtime, startWith } from '../parts/archeio-process.ts';
import { type Balancer, startBalancer } from '../parts/balancer.ts';
import type { Client } from '../parts/clients/client.ts';
import { AWS, AWS_IPV6, GCP, type Network, NETWORKS, UNKNOWN } from './networks.ts';
import { expectedSources, observe, sourcesOf } from './observe.ts';
import type { Findings } from './findings.ts';
import type { PlacedImage, Scene } from './scene.ts';
import { summarize } from './summary.ts';

interface Pull {
  readonly network: Network;
  readonly by: 'tag' | 'digest';
  readonly size: 'small' | 'big';
}

const EVERY: readonly Pull[] = [
  { network: UNKNOWN, by: 'tag', size: 'small' },
  { network: UNKNOWN, by: 'digest', size: 'small' },
  { network: AWS, by: 'tag', size: 'small' },
  { network: AWS, by: 'digest', size: 'small' },
  { network: GCP, by: 'tag', size: 'small' },
  { network: AWS_IPV6, by: 'digest', size: 'small' },
  { network: AWS, by: 'tag', size: 'big' },
];
const SOME: readonly Pull[] = [
  { network: UNKNOWN, by: 'tag', size: 'small' },
  { network: AWS, by: 'digest', size: 'small' },
];

/** Which pulls are made through which runtime. */
const PULLS: Readonly<Record<Runtime, readonly Pull[]>> = { bun: EVERY, node: SOME };

/** Clients behind a load balancer that says who they are. */
export function pullsByHeader(scene: () => Scene, clients: readonly string[], findings: Findings): void {
  for (const [runtime, pulls] of Object.entries(PULLS) as [Runtime, readonly Pull[]][]) {
    describe(`through ${runtime}, from an address in X-Forwarded-For`, () => {
      let archeio: ArcheioProcess;
      const balancers = new Map<Network, Balancer>();

      before(async () => {
        archeio = await startWith(runtime, scene().configuration());
        for (const network of NETWORKS) {
          const balancer = await startBalancer(archeio.port, network.address);
          await scene().namespace.open(balancer.port);
          balancers.set(network, balancer);
        }
      });
      after(async () => {
        for (const balancer of balancers.values()) {
          scene().namespace.close(balancer.port);
          await balancer[Symbol.asyncDispose]();
        }
        await archeio[Symbol.asyncDispose]();
      });

      for (const name of clients) {
        for (const { network, by, size } of pulls) {
          test(`${name} pulls the ${size} image by ${by} from ${network.name}`, async () => {
            const client = scene().clients.find((client) => client.name === name)!;
            await pullOne(scene(), client, scene()[size], balancers.get(network)!, { network, by, size }, findings);
          });
        }
      }
    });
  }
}

async function pullOne(
  scene: Scene,
  client: Client,
  placed: PlacedImage,
  balancer: Balancer,
  { network, by, size }: Pull,
  findings: Findings,
): Promise<void> {
  const { repository, image } = placed;
  const reference = by === 'tag' ? image.tag : image.index.digest;
  const passed = balancer.taken();
  const served = await observe(
    scene,
    () =>
      scene.use((surroundings) =>
        client.pull({ host: balancer.host, repository, reference, image }, surroundings),
      ),
    ({ registry, stores }) => {
      passed.push(...balancer.taken());
      return registry.length + stores.length >= passed.filter(({ status }) => status === 307).length;
    },
  );
  assert.deepEqual(sourcesOf(served), expectedSources(client, placed, network));
  assert.deepEqual(
    passed.filter(({ status }) => status !== 200 && status !== 307),
    [],
  );
  const redirected = passed.filter(({ status }) => status === 307).length;
  assert.equal(served.registry.length + served.stores.length, redirected, 'each redirect is one request elsewhere');
  findings.pull(client.name, { network: network.name, by, size, how: 'header' }, {
    sent: summarize(passed),
    registry: served.registry.length,
    stores: served.stores.length,
  });
}
