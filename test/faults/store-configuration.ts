import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import type { FaultyStore } from '../parts/faulty-store.ts';
import type { Scene } from '../pulls/scene.ts';

/** With Archeio's default budget and time-out, and direct access to the stores. */
export function direct(scene: Scene): ConfigurationSource {
  return scene.configuration({ presence: {} });
}

/** The same, without canaries during a test. */
export function withoutCanaries(scene: Scene): ConfigurationSource {
  return { ...direct(scene), health: { every: '1h' } };
}

/** The same, with immediate canaries. */
export function withQuickCanaries(scene: Scene): ConfigurationSource {
  return { ...direct(scene), health: { every: '1s', failures: 5, passes: 2 } };
}

/** {@link direct} with a proxy in front of the store in Paris, and no other. */
export function behindProxy(scene: Scene, proxy: FaultyStore): ConfigurationSource {
  const source = direct(scene);
  const paris = source.stores?.find(({ name }) => name === 'paris');
  return { ...source, stores: [{ ...paris!, url: `${proxy.url}/paris` }] };
}
