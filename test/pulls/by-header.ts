import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Runtime, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { type Balancer, type Passed, startBalancer } from '../parts/balancer.ts';
import type { Client } from '../parts/clients/client.ts';
import { AWS, AWS_IPV6, GCP, type Network, NETWORKS, UNKNOWN } from './networks.ts';
import { expectedSources, observe, sourcesOf } from './observe.ts';
import type { Findings, PullCost } from './findings.ts';
import { clientNamed, logsOf, type Scene } from './scene.ts';
import { summarize } from './summary.ts';

interface Pull {
  readonly network: Network;
  readonly by: 'tag' | 'digest';
  readonly size: 'small' | 'big';
}

/** Which pulls are made through which runtime. */
const PULLS: Readonly<Record<Runtime, readonly Pull[]>> = {
  bun: [
    { network: UNKNOWN, by: 'tag', size: 'small' },
    { network: UNKNOWN, by: 'digest', size: 'small' },
    { network: AWS, by: 'tag', size: 'small' },
    { network: AWS, by: 'digest', size: 'small' },
    { network: GCP, by: 'tag', size: 'small' },
    { network: AWS_IPV6, by: 'digest', size: 'small' },
    { network: AWS, by: 'tag', size: 'big' },
  ],
  node: [
    { network: UNKNOWN, by: 'tag', size: 'small' },
    { network: AWS, by: 'digest', size: 'small' },
  ],
};

/** Clients behind a load balancer that says who they are. */
export function pullsByHeader(
  scene: () => Scene,
  clients: readonly string[],
  findings: Findings,
): void {
  for (const runtime of RUNTIMES) {
    describe(`through ${runtime}, from an address in X-Forwarded-For`, () => {
      const asked: string[] = [];
      const running = new AsyncDisposableStack();
      const balancers = new Map<Network, Balancer>();
      before(async () => {
        const archeio = running.use(await startWith(runtime, scene().configuration()));
        for (const network of NETWORKS) {
          const balancer = running.use(await startBalancer(archeio, network.address));
          running.use(await scene().namespace.open(balancer.port));
          balancers.set(network, balancer);
        }
      });
      after(() => running.disposeAsync());

      for (const name of clients) {
        for (const { network, by, size } of PULLS[runtime]) {
          test(`${name} pulls the ${size} image by ${by} from ${network.name}`, async () => {
            const client = clientNamed(scene(), name);
            const { cost, checks } = await pull(
              scene(),
              client,
              { network, by, size },
              balancers.get(network)!,
            );
            asked.push(...checks);
            findings.pulls.push({
              client: name,
              runtime,
              network: network.name,
              by,
              size,
              known: 'by header',
              cost,
            });
          });
        }
      }

      test('archeio asked a store once for a blob, however many pulled it', () => {
        assert.deepEqual(asked, [...new Set(asked)]);
        assert.ok(asked.length > 0);
      });

      test('what a client sends does not depend on where it is', () => {
        const told = findings.pulls.filter(
          ({ cost, size }) => cost !== undefined && size === 'small',
        );
        for (const { client, by, cost } of told) {
          const first = told.find((other) => other.client === client && other.by === by)!;
          assert.deepEqual(cost!.sent, first.cost!.sent, client);
        }
      });
    });
  }
}

async function pull(
  scene: Scene,
  client: Client,
  { network, by, size }: Pull,
  balancer: Balancer,
): Promise<{ cost: PullCost; checks: string[] }> {
  const placed = scene[size];
  const { repository, image } = placed;
  const source = {
    host: balancer.host,
    repository,
    reference: by === 'tag' ? image.tag : image.index.digest,
    image,
  };
  balancer.taken();
  const passed: Passed[] = [];
  const redirects = (): number => passed.filter(({ status }) => status === 307).length;
  const served = await observe(
    logsOf(scene),
    () => scene.use((surroundings) => client.pull(source, surroundings)),
    ({ registry, stores }) => {
      passed.push(...balancer.taken());
      return registry.length + stores.length >= redirects();
    },
  );
  const [registry, stores] = [served.registry.length, served.stores.length];
  assert.deepEqual(sourcesOf(served), expectedSources(client, placed, network));
  assert.equal(registry + stores, redirects(), 'each redirect is one request elsewhere');
  assert.deepEqual(
    passed.filter(({ status }) => status !== 200 && status !== 307),
    [],
  );
  return {
    cost: { sent: summarize(passed), registry, stores },
    checks: served.checks.map(({ method, path }) => `${method} ${path}`),
  };
}
