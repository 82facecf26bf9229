import { compileTopology, GOOGLE_LOAD_BALANCER, type Topology } from '@archeio/client-address';
import { type CloudRanges, distanceKm, type Place } from '@archeio/clouds';
import type { Clock, Seed } from '@archeio/presence';
import { compilePolicy, type Policy } from '@archeio/redirect';
import { BackendStates } from './backend-states.ts';
import type { StoreChecker } from './check/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import { Front } from './front.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { PlaceFinder } from './place-finder.ts';
import { Sites } from './site.ts';
import { DecisionRecord } from './decision-record.ts';

/** Everything between the configuration and a server. */
export interface Assembly {
  readonly policy: Policy;
  readonly places: PlaceFinder;
  readonly states: BackendStates;
  readonly record: DecisionRecord;
  readonly lifecycle: Lifecycle;
  readonly front: Front;
}

/** What the outside hands in. */
export interface Surroundings {
  readonly ranges: CloudRanges;
  readonly checker: StoreChecker;
  readonly clock: Clock;
  readonly seed: Seed;
  readonly log: Log;
}

function topologyOf({ clientAddress }: Configuration): Topology {
  switch (clientAddress.topology) {
    case 'remote':
      return { kind: 'remote' };
    case 'google-load-balancer':
      return GOOGLE_LOAD_BALANCER;
    case 'hops':
      return { kind: 'hops', hops: clientAddress.hops };
    case 'trusted-proxies':
      return { kind: 'trusted-proxies', prefixes: clientAddress.prefixes, use: clientAddress.use };
    case 'header':
      return {
        kind: 'header',
        name: clientAddress.name,
        ...(clientAddress.prefixes && { prefixes: clientAddress.prefixes }),
      };
  }
}

function policyOf(configuration: Configuration, sites: Sites, places: readonly Place[]): Policy {
  return compilePolicy({ ...configuration, sites: sites.sites }, places, distanceKm);
}

/** Puts a front together. Nothing is opened, and nothing is asked. */
export function assemble(configuration: Configuration, surroundings: Surroundings): Assembly {
  const { ranges, log, clock } = surroundings;
  const places = new PlaceFinder(ranges, configuration.networks);
  const sites = new Sites(configuration.registries);
  const policy = policyOf(configuration, sites, places.places);
  const lifecycle = new Lifecycle();
  const states = new BackendStates({ ...surroundings, policy, configuration, lifecycle });
  const record = new DecisionRecord(policy.backends);
  const clientAddress = compileTopology(topologyOf(configuration));
  const front = new Front({
    policy,
    places,
    sites,
    clientAddress,
    states,
    record,
    log,
    clock,
    budget: configuration.presence.budget,
  });
  return { policy, places, states, record, lifecycle, front };
}
