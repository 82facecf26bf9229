import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { type Balancer, type Passed, startBalancer } from '../parts/balancer.ts';
import { mustClean } from '../parts/clean-command.ts';
import { BUILDAH } from '../parts/clients/buildah.ts';
import { blobsFor, type Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { docker } from '../parts/clients/docker.ts';
import { kubelet } from '../parts/clients/kubelet.ts';
import { PODMAN } from '../parts/clients/podman.ts';
import { PULL_THROUGH_CACHE } from '../parts/clients/pull-through-cache.ts';
import { SKOPEO } from '../parts/clients/skopeo.ts';
import { startContainerd } from '../parts/containerd.ts';
import { startDockerd } from '../parts/dockerd.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { makeNetworkNamespace, type NetworkNamespace } from '../parts/network-namespace.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { until } from '../processes/several-processes.ts';
import { withStore } from '../serving/configurations.ts';

const COMMANDS =
  'docker-registry containerd ctr dockerd /usr/bin/docker podman buildah skopeo ip nsenter unshare'.split(
    ' ',
  );
const TOKEN = /^Bearer (archeio-[0-9a-f]{32})$/;
/** The store's names: clients carry a token from `images.test` to the first only. */
const [BELOW, ELSEWHERE] = ['s3.images.test', 's3.other.test'];

suite('clients that fetch a token', { skip: unavailable(COMMANDS, 'root') }, () => {
  const parts = new AsyncDisposableStack();
  const clients = new Map<string, Client>();
  let folder: string;
  let namespace: NetworkNamespace;
  let registry: DockerRegistry;
  let store: StoreServer;
  let image: OciImage;
  let pulls = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-pull-ids-'));
    parts.defer(() => rmSync(folder, { recursive: true, force: true }));
    namespace = parts.use(await makeNetworkNamespace(folder));
    namespace.name('127.0.0.1', 'images.test');
    for (const host of [BELOW, ELSEWHERE]) namespace.name('127.0.0.2', host);
    registry = parts.use(await startDockerRegistry(join(folder, 'registry')));
    await namespace.open(registry.port);
    store = parts.use(await startStore({ refusesAuthorization: true }));
    const containerd = parts.use(await startContainerd(folder, namespace));
    const dockerd = parts.use(await startDockerd(folder, namespace, containerd.socket, []));
    for (const client of [
      SKOPEO,
      PODMAN,
      BUILDAH,
      PULL_THROUGH_CACHE,
      docker(dockerd, containerd),
      ctr(containerd),
      kubelet(containerd),
    ])
      clients.set(client.name, client);
    image = writeOciImage(join(folder, 'image'), '3.9');
    const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
    const to = `docker://${registry.host}/images/pause:3.9`;
    await mustClean([...copy, `oci:${image.layout}:3.9`, to], { folder });
    for (const { digest } of image.blobs)
      store.put(digest, readFileSync(join(image.layout, 'blobs/sha256', digest.slice(7))));
  });
  after(() => parts.disposeAsync());

  /** Archeio behind a balancer. All names have its port, since clients compare ports as well. */
  const start = async (runtime: (typeof RUNTIMES)[number]) => {
    await using started = new AsyncDisposableStack();
    const configuration = (storeUrl: string, more: Partial<ConfigurationSource> = {}) => ({
      ...withStore(storeUrl, {
        clientAddress: { topology: 'google-load-balancer' },
        registries: [
          { name: 'k8s', upstreams: [{ name: 'up', url: registry.url, path: 'images' }] },
        ],
        presence: { budget: '20s', timeout: '40s' },
        // Archeio is outside the namespace, where the store's names do not exist.
        health: { every: '1h', failures: 100 },
      }),
      ...more,
    });
    const archeio = started.use(await startWith(runtime, configuration(store.url)));
    const balancer = started.use(await startBalancer(archeio, '203.0.113.7'));
    const { port } = balancer;
    const to = Number(new URL(store.url).port);
    started.use(await namespace.open(port));
    started.use(await namespace.open(port, { address: '127.0.0.2', to }));
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${archeio.port}/v2/${path}`, { redirect: 'manual' });
    const challenged = async () => (await ask('')).headers.get('www-authenticate');
    const location = async () =>
      (await ask(`pause/blobs/${image.blobs[0].digest}`)).headers.get('location');
    /** Serves with tokens and redirects to the store by this name. */
    const redirectTo = async (host: string): Promise<void> => {
      const realm = `http://images.test:${port}/token`;
      const url = `http://${host}:${port}`;
      const { stores, ...rest } = configuration(url, { correlation: { token: true, realm } });
      archeio.configure({ ...rest, stores: [{ ...stores![0], checkUrl: store.url }] });
      const expected = `Bearer realm="${realm}",service="images.test:${port}"`;
      await until('the configuration with tokens', async () => (await challenged()) === expected);
      await until(
        'redirects to the store',
        async () => (await location())?.startsWith(url) === true,
      );
    };
    const running = started.move();
    return {
      archeio,
      balancer,
      redirectTo,
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  };

  const pull = async (name: string, { port }: Balancer): Promise<void> => {
    const own = join(folder, `pull-${pulls++}`);
    mkdirSync(own);
    const host = `images.test:${port}`;
    const source = { host, repository: 'pause', reference: '3.9', image };
    await clients.get(name)!.pull(source, { folder: own, namespace });
  };

  /** The tokens that requests for content carried; undefined for each without one. */
  const tokensOf = (passed: readonly Passed[]): Set<string | undefined> =>
    new Set(
      passed
        .filter(({ target }) => /\/(?:manifests|blobs)\//.test(target))
        .map(({ headers }) => TOKEN.exec(headers.authorization ?? '')?.[1]),
    );

  for (const runtime of RUNTIMES)
    suite(runtime, () => {
      let running: Awaited<ReturnType<typeof start>>;
      let archeio: ConfiguredProcess;
      before(async () => {
        running = await start(runtime);
        archeio = running.archeio;
        await running.redirectTo(ELSEWHERE);
      });
      after(() => running[Symbol.asyncDispose]());

      for (const [name, pullIds] of [
        ['skopeo', 'one'],
        ['podman', 'one'],
        ['buildah', 'one'],
        ['docker', 'one'],
        ['ctr', 'no'],
        ["the kubelet's way", 'no'],
        ['a pull-through cache', 'several'],
      ] as const)
        test(`${name} pulls; its requests carry ${pullIds} pull ID`, async () => {
          const accessed = store.accesses.length;
          running.balancer.taken();
          await pull(name, running.balancer);
          const passed = running.balancer.taken();
          const tokens = tokensOf(passed);
          assert.equal(tokens.size > 1, pullIds === 'several', [...tokens].join());
          assert.equal(tokens.has(undefined), pullIds === 'no');
          const fetched = store.accesses.slice(accessed).filter(({ method }) => method === 'GET');
          const wanted = blobsFor(clients.get(name)!, image).map(({ digest }) => `/${digest}`);
          assert.deepEqual(new Set(fetched.map(({ path }) => path)), new Set(wanted));
          assert.ok(fetched.every(({ status }) => status === 200));
          for (const token of tokens)
            if (token !== undefined)
              assert.ok(!JSON.stringify(archeio.log).includes(token.slice('archeio-'.length)));
        });

      test('below the host that was asked, a store gets the token, and refuses it as S3 does', async () => {
        await running.redirectTo(BELOW);
        const accessed = store.accesses.length;
        for (const name of ['skopeo', 'podman', 'buildah'])
          await assert.rejects(pull(name, running.balancer), /400/, name);
        const refused = store.accesses.slice(accessed).filter(({ method }) => method === 'GET');
        assert.deepEqual(new Set(refused.map(({ status }) => status)), new Set([400]));
        for (const name of ['docker', 'ctr']) await pull(name, running.balancer);
      });
    });
});
