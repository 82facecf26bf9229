import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ConfigurationSource } from '../../apps/archeio/src/configuration/configuration.ts';
import { type Runtime, RUNTIMES } from '../parts/archeio-process.ts';
import type { Passed } from '../parts/balancer.ts';
import { startFaultyStore } from '../parts/faulty-store.ts';
import { startFront } from '../pulls/front.ts';
import { AWS, GCP } from '../pulls/networks.ts';
import { expectedSources, observe, sourcesOf } from '../pulls/observe.ts';
import { CLIENTS, clientNamed, type Scene } from '../pulls/scene.ts';
import type { FaultFinding } from './fault-table.ts';
import { behindProxy, direct } from './store-configuration.ts';
import { assertWaits } from './waits.ts';

/** Who pulls through which runtime. */
const PULLING: Readonly<Record<Runtime, readonly string[]>> = {
  bun: CLIENTS,
  node: ['skopeo', "the kubelet's way"],
};

/** A store that does not say whether it has a blob. */
export interface Silence {
  readonly name: string;
  /** Makes it so, until what is returned is disposed of. */
  begin(scene: Scene): Promise<Begun>;
}

interface Begun extends AsyncDisposable {
  /** The configuration of an archeio that asks the store. */
  readonly source: ConfigurationSource;
  /** Whether it has been met, for all that is seen from outside. */
  met(passed: readonly Passed[]): boolean;
}

/** A request that waited so long has waited for the store, in milliseconds. */
const WAITED_FOR_STORE = 400;

/** A proxy before the store that answers everything with a status. */
export function answering(status: number): Silence {
  return {
    name: `answers ${status}`,
    async begin(scene) {
      const store = await startFaultyStore(scene.radosgw.url);
      store.misbehave({ kind: 'status', status });
      const met = (): boolean => store.accesses.some(({ method }) => method === 'HEAD');
      return { ...store, source: behindProxy(scene, store), met };
    },
  };
}

export const HANGING: Silence = {
  name: 'hangs (SIGSTOP)',
  begin(scene) {
    scene.radosgw.signal('SIGSTOP');
    return Promise.resolve({
      source: direct(scene),
      met: (passed) => passed.some(({ waited }) => waited >= WAITED_FOR_STORE),
      [Symbol.asyncDispose]: async () => scene.radosgw.signal('SIGCONT'),
    });
  },
};

export const GONE: Silence = {
  name: 'is gone (SIGKILL)',
  async begin(scene) {
    scene.radosgw.signal('SIGKILL');
    scene.storeDoor.shut();
    return {
      source: direct(scene),
      met: () => true,
      async [Symbol.asyncDispose]() {
        await scene.radosgw.restart();
        await scene.storeDoor.open();
      },
    };
  },
};

/** Every client still pulls, every blob from the registry (R12). */
export function silentStore(scene: () => Scene, silence: Silence, findings: FaultFinding[]): void {
  describe(`the store ${silence.name}`, () => {
    let begun: Begun;
    before(async () => {
      begun = await silence.begin(scene());
    });
    after(() => begun[Symbol.asyncDispose]());

    for (const runtime of RUNTIMES) {
      for (const name of PULLING[runtime]) {
        test(`${name} pulls through ${runtime}`, async () => {
          const client = clientNamed(scene(), name);
          const { registry, small } = scene();
          const { repository, image } = small;
          // Nothing is known to a new one: each client meets the fault itself.
          await using front = await startFront(scene(), runtime, begun.source, AWS);
          const source = { host: front.host, repository, reference: image.tag, image };
          const expected = expectedSources(client, small, GCP);
          const served = await observe(
            { registry: registry.log },
            () => scene().use((surroundings) => client.pull(source, surroundings)),
            (served) => sourcesOf(served).size >= expected.size,
          );
          assert.deepEqual(sourcesOf(served), expected);
          const passed = front.taken();
          assertWaits(passed);
          assert.ok(begun.met(passed), 'archeio has not asked the store');
          if (runtime === 'bun')
            findings.push({
              fault: silence.name,
              client: name,
              saw: 'pulled, every blob from the registry',
            });
        });
      }
    }
  });
}
