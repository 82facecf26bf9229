import { type CompiledNetworks, compileNetworks } from '@archeio/clouds';
import type { Checked, Configuration } from './configuration.ts';

/** A configuration for `serve`: networks are a lookup table, since they are the largest part of many configurations. */
export interface ServedConfiguration extends Omit<Configuration, 'networks'> {
  readonly networks: CompiledNetworks;
}

export type CheckedServedConfiguration = Checked<ServedConfiguration>;

/** @throws RangeError if two networks have the same prefix */
export function servedConfiguration(configuration: Configuration): ServedConfiguration {
  return Object.freeze({
    ...configuration,
    networks: compileNetworks(configuration.networks),
  });
}
