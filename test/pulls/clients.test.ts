import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type ArcheioProcess,
  type Runtime,
  RUNTIMES,
  startWith,
} from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { type Balancer, type Passed, startBalancer } from '../parts/balancer.ts';
import { runClean } from '../parts/clean-command.ts';
import type { Client } from '../parts/clients/client.ts';
import { PODMAN, PODMAN_COMMAND } from '../parts/clients/podman.ts';
import { checkDocument } from '../parts/generated-document.ts';
import { Findings, type PullCost } from './findings.ts';
import { startFront } from './front.ts';
import { AWS, AWS_IPV6, GCP, type Network, NETWORKS, UNKNOWN } from './networks.ts';
import { expectedSources, observe, sourcesOf } from './observe.ts';
import { clientsReport } from './report.ts';
import {
  clientNamed,
  CLIENTS,
  COMMANDS,
  logsOf,
  PORT_INSIDE,
  type Scene,
  startScene,
} from './scene.ts';
import { summarize } from './summary.ts';
import { startedOnce } from '../parts/started-once.ts';

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

/** Clients behind a load balancer that forwards their addresses. */
function pullsByHeader(scene: () => Scene, clients: readonly string[], findings: Findings): void {
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

      test('Archeio asked a store only once for a blob, however many clients pulled it', () => {
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

/** Clients that reach Archeio directly, each from its own public address. */
function pullsByAddress(scene: () => Scene, clients: readonly string[], findings: Findings): void {
  describe('through bun, from their own addresses', () => {
    let archeio: ArcheioProcess;
    before(async () => {
      const configuration = scene().configuration({
        listen: { host: '::', port: PORT_INSIDE },
        clientAddress: { topology: 'remote' },
      });
      archeio = await startWith('bun', configuration, scene().namespace);
    });
    after(() => archeio[Symbol.asyncDispose]());

    for (const network of NETWORKS) {
      for (const name of clients) {
        test(`${name} pulls from ${network.name}`, async () => {
          const { small, namespace } = scene();
          const client = clientNamed(scene(), name);
          const expected = expectedSources(client, small, network);
          await namespace.from(network.address);
          const { repository, image } = small;
          const host = `${namespace.host}:${PORT_INSIDE}`;
          const served = await observe(
            logsOf(scene()),
            () =>
              scene().use((surroundings) =>
                client.pull({ host, repository, reference: image.tag, image }, surroundings),
              ),
            (served) => sourcesOf(served).size >= expected.size,
          );
          assert.deepEqual(sourcesOf(served), expected);
          findings.pulls.push({
            client: name,
            runtime: 'bun',
            network: network.name,
            by: 'tag',
            size: 'small',
            known: 'by address',
          });
        });
      }
    }
  });
}

/** R1: a client that pushes prints why that is refused. */
function refusedPush(scene: () => Scene, findings: Findings): void {
  test('podman push is refused with 405 and an OCI error that podman prints', async () => {
    await using front = await startFront(scene(), 'bun', scene().configuration(), UNKNOWN);
    await scene().use(async (surroundings) => {
      const { repository, image } = scene().small;
      const source = { host: front.host, repository, reference: image.tag, image };
      await PODMAN.pull(source, surroundings);
      front.taken();
      const pulled = `${front.host}/${repository}:${image.tag}`;
      const push = [...PODMAN_COMMAND, 'push', '--tls-verify=false'];
      const { code, stderr } = await runClean(
        [...push, pulled, `${front.host}/elsewhere:1`],
        surroundings,
      );
      const message = /unsupported: [^"\n]*/i.exec(stderr)?.[0];
      assert.notEqual(code, 0);
      assert.equal(
        message,
        'unsupported: this registry is read-only: only GET and HEAD are supported',
        stderr,
      );
      const refused = front.taken().filter(({ status }) => status === 405);
      assert.deepEqual([...new Set(refused.map(({ method }) => method))], ['POST']);
      findings.refusedPush = message;
    });
  });
}

describe('real clients', { skip: unavailable(COMMANDS, 'root') }, () => {
  const scene = startedOnce(startScene);

  const findings = new Findings();
  test('every client reports its version', async () => {
    for (const client of scene().clients) {
      const version = await scene().use((surroundings) => client.version(surroundings));
      findings.clients.push({ ...client, version });
    }
  });
  refusedPush(scene, findings);
  pullsByHeader(scene, CLIENTS, findings);
  pullsByAddress(scene, CLIENTS, findings);
  test('docs/internals/clients.md matches the results', () => {
    checkDocument('docs/internals/clients.md', clientsReport(findings));
  });
});
