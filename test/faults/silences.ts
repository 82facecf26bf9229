import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { Passed } from '../parts/balancer.ts';
import { startFaultyStore } from '../parts/faulty-store.ts';
import type { Scene } from '../pulls/scene.ts';
import { behindProxy, direct } from './store-configuration.ts';

/** A store that does not say whether it has a blob. */
export interface Silence {
  readonly name: string;
  /** Starts the silence; disposing of the result ends it. */
  begin(scene: Scene): Promise<Begun>;
}

export interface Begun extends AsyncDisposable {
  /** The configuration of an Archeio that asks the store. */
  readonly source: ConfigurationSource;
  /** Whether it was noticed, as far as that is visible from outside. */
  met(passed: readonly Passed[]): boolean;
}

/** A request that took at least this long waited for the store, in milliseconds. */
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
