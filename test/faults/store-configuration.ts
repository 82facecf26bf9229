import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { FaultyStore } from '../parts/faulty-store.ts';
import type { Scene } from '../pulls/scene.ts';

/** archeio's own budget and time-out, and the stores themselves. */
export function direct(scene: Scene): ConfigurationSource {
  return scene.configuration({ presence: {} });
}

/** The same with canaries that do not come while a test runs. */
export function withoutCanaries(scene: Scene): ConfigurationSource {
  return { ...direct(scene), health: { every: '1h' } };
}

/** The same with canaries that come at once. */
export function withQuickCanaries(scene: Scene): ConfigurationSource {
  return { ...direct(scene), health: { every: '1s', failures: 5, passes: 2 } };
}

/** {@link direct} with a proxy before the store in Paris, and no other. */
export function behindProxy(scene: Scene, proxy: FaultyStore): ConfigurationSource {
  const source = direct(scene);
  const paris = source.stores?.find(({ name }) => name === 'paris');
  return { ...source, stores: [{ ...paris!, url: `${proxy.url}/paris` }] };
}
