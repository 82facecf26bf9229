import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parse, stringify } from 'yaml';
import {
  type ArcheioProcess,
  type Runtime,
  RUNTIMES,
  startLaunched,
} from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { logged } from '../parts/log-waits.ts';
import { freePort } from '../parts/ports.ts';
import { SAMPLES } from './chart-values.ts';
import { ConfigMapVolume } from './config-map-volume.ts';
import { configMap, type Container, type KubernetesObject, ofKind } from './kubernetes-object.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

const DEFAULT = SAMPLES.get('default')!;

/** Not 127.0.0.1: the kubelet and Prometheus come to the pod's address, where a listener on loopback does not answer. */
const POD = '127.0.0.2';

/** The container of `serve`, as the kubelet would run it: with its volume, arguments and environment. */
interface Pod extends AsyncDisposable {
  readonly archeio: ArcheioProcess;
  readonly container: Container;
  readonly volume: ConfigMapVolume;
  readonly objects: readonly KubernetesObject[];
  readonly get: (path: string, port: string) => Promise<number>;
}

async function startPod(runtime: Runtime, values: object): Promise<Pod> {
  const ports = { public: await freePort(), admin: await freePort() };
  const objects = await renderedObjects({ ...values, ports });
  const [deployment] = ofKind(objects, 'Deployment');
  const [container] = deployment.spec.template.spec.containers;
  const volume = new ConfigMapVolume(configMap(objects, deployment.metadata.name));
  const { mountPath } = container.volumeMounts.find(({ name }) => name === 'configuration')!;
  try {
    const args = container.args.map((argument) => argument.replace(mountPath, volume.path));
    const environment = Object.fromEntries(
      container.env.map(({ name, value = '' }) => [name, value]),
    );
    const archeio = await startLaunched(runtime, args, environment);
    return {
      archeio,
      container,
      volume,
      objects,
      get: async (path, port) => {
        const number = container.ports!.find(({ name }) => name === port)!.containerPort;
        const signal = AbortSignal.timeout(20_000);
        const options = { redirect: 'manual', signal } as const;
        const response = await fetch(`http://${POD}:${number}${path}`, options);
        await response.text();
        return response.status;
      },
      async [Symbol.asyncDispose]() {
        await archeio[Symbol.asyncDispose]();
        volume[Symbol.dispose]();
      },
    };
  } catch (error) {
    volume[Symbol.dispose]();
    throw error;
  }
}

/** The default configuration with changes. */
function changed(text: string, changes: object): { 'archeio.yaml': string } {
  return { 'archeio.yaml': stringify({ ...(parse(text) as object), ...changes }) };
}

suite('serve as the chart runs it', { skip: unavailable(NEEDS) }, () => {
  for (const runtime of RUNTIMES) {
    test(
      `${runtime}: answers every probe, Service and monitor of the chart`,
      { timeout: 120_000 },
      async () => {
        await using pod = await startPod(runtime, {
          ...DEFAULT,
          serviceMonitor: { enabled: true },
        });
        const { container, objects, get } = pod;
        for (const probe of [
          container.startupProbe,
          container.livenessProbe,
          container.readinessProbe,
        ]) {
          const { path, port, scheme = 'HTTP' } = probe!.httpGet;
          assert.equal(scheme, 'HTTP');
          assert.equal(await get(path, port), 200, `${path} on ${port}`);
          assert.equal(await get(`${path}s`, port), 404);
        }
        const services = ofKind(objects, 'Service');
        assert.equal(await get('/v2/', services[0].spec.ports[0].targetPort), 200);
        assert.equal(
          await get('/v2/pause/manifests/3.9', services[0].spec.ports[0].targetPort),
          307,
        );
        const [{ spec }] = ofKind(objects, 'ServiceMonitor');
        for (const { path } of spec.endpoints) {
          assert.equal(await get(path, services[1].spec.ports[0].targetPort), 200);
          assert.equal(await get(path, services[0].spec.ports[0].targetPort), 404);
        }
      },
    );

    test(
      `${runtime}: loads a swapped ConfigMap, and refuses a bad one`,
      { timeout: 120_000 },
      async () => {
        await using pod = await startPod(runtime, DEFAULT);
        const { archeio, volume, objects, get } = pod;
        const text = configMap(objects, 'archeio')['archeio.yaml'];
        assert.equal(await get('/v2/other/pause/manifests/3.9', 'http'), 307);
        const [registry] = (parse(text) as { registries: object[] }).registries;
        const registries = [{ ...registry, prefix: 'library/' }];
        volume.update(changed(text, { registries }));
        await logged(archeio, 'configuration-loaded');
        assert.equal(await get('/v2/other/pause/manifests/3.9', 'http'), 404);
        assert.equal(await get('/v2/library/pause/manifests/3.9', 'http'), 307);
        volume.update(changed(text, { registries: [] }));
        await logged(archeio, 'configuration-refused');
        assert.equal(await get('/v2/library/pause/manifests/3.9', 'http'), 307);
        assert.equal(await get('/readyz', 'http'), 200);
      },
    );
  }

  test(
    'stops in order on SIGTERM, within the time that the chart gives it',
    { timeout: 120_000 },
    async () => {
      await using pod = await startPod('bun', DEFAULT);
      const { archeio, container, get } = pod;
      archeio.signal('SIGTERM');
      await logged(archeio, 'stopping');
      const { path, port } = container.readinessProbe!.httpGet;
      assert.equal(await get(path, port), 503);
      assert.equal(await get('/v2/', 'http'), 200);
      const grace = ofKind(pod.objects, 'Deployment')[0].spec.template.spec
        .terminationGracePeriodSeconds!;
      const killed = setTimeout(() => archeio.signal('SIGKILL'), grace * 1000);
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      clearTimeout(killed);
    },
  );
});
