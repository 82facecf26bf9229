import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { FaultyStore } from '../parts/faulty-store.ts';
import type { Scene } from '../pulls/scene.ts';

/** archeio's own budget and time-out, and the stores themselves. */
export function direct(scene: Scene): ConfigurationSource {
  return scene.configuration({ presence: {} });
}

/** The same with canaries that come sooner; so many have to fail that clients meet the fault before they are through. */
export function withQuickCanaries(scene: Scene): ConfigurationSource {
  const health = { every: '1s', timeout: '500ms', failures: 20, passes: 2 };
  return { ...direct(scene), health };
}

/** {@link direct} with a proxy before the store in Paris, and no other. */
export function behindProxy(scene: Scene, proxy: FaultyStore): ConfigurationSource {
  const source = direct(scene);
  const paris = source.stores?.find(({ name }) => name === 'paris');
  return { ...source, stores: [{ ...paris!, url: `${proxy.url}/paris` }] };
}
