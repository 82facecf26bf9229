import { type CloudRanges, type CompiledNetworks, distanceKm } from '@archeio/clouds';
import {
  compilePolicyInSteps,
  type Policy,
  type PolicyOptions,
  type Steps,
} from '@archeio/redirect';
import { HostRegistries, type RegistryHosts } from './host-registries.ts';
import { PlaceFinder } from './place-finder.ts';

/** The part of a configuration that decides requests. */
export interface DecisionOptions extends Omit<PolicyOptions, 'servedHosts' | 'registries'> {
  readonly registries: readonly (PolicyOptions['registries'][number] & RegistryHosts)[];
  readonly networks: CompiledNetworks;
}

/** The immutable data that decides requests, for one configuration and one snapshot of ranges. */
export interface DecisionTables {
  readonly places: PlaceFinder;
  readonly hostRegistries: HostRegistries;
  readonly policy: Policy;
}

/**
 * Compiles what a {@link RequestHandler} decides with, in pieces, for a process that must answer requests meanwhile.
 *
 * @throws RangeError if the options cannot be served
 */
export function* compileDecisionTables(
  options: DecisionOptions,
  ranges: CloudRanges,
): Steps<DecisionTables> {
  const places = new PlaceFinder(ranges, options.networks);
  const hostRegistries = yield* HostRegistries.inSteps(options.registries);
  const policy = yield* compilePolicyInSteps(
    { ...options, servedHosts: hostRegistries.servedHosts },
    places.places,
    distanceKm,
  );
  return { places, hostRegistries, policy };
}
