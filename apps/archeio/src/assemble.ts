import { compileTopology, GOOGLE_LOAD_BALANCER, type Topology } from '@archeio/client-address';
import type { CloudRanges } from '@archeio/clouds';
import type { Clock, Seed } from '@archeio/presence';
import { compilePolicy, type Policy } from '@archeio/redirect';
import { BackendStates } from './backend-states.ts';
import type { StoreChecker } from './check/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import { Front } from './front.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { DecisionRecord } from './decision-record.ts';
import type { PricedBackend } from './metrics/egress-price.ts';
import { WorkerMetrics } from './metrics/worker-metrics.ts';

/** Everything between the configuration and a server. */
export interface Assembly {
  readonly policy: Policy;
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
  /** Where the process counts, if it outlives this configuration. */
  readonly metrics?: WorkerMetrics;
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

function policyOf(configuration: Configuration, ranges: CloudRanges): Policy {
  const [registry] = configuration.registries;
  return compilePolicy(
    {
      pages: configuration.pages,
      upstreams: registry.upstreams,
      signatures: registry.signatures && { name: 'signatures', ...registry.signatures },
      stores: configuration.stores.filter(({ enabled }) => enabled),
      stayUpstream: configuration.stayUpstream,
    },
    ranges.places,
  );
}

/** What of the configuration prices each of the policy's backends. */
function pricesOf({ stores, registries }: Configuration, policy: Policy) {
  const priced = new Map<string, PricedBackend>(
    [...stores, ...registries.flatMap(({ upstreams }) => upstreams)].map((each) => [
      each.name,
      each,
    ]),
  );
  return policy.backends.map(({ name }) => priced.get(name));
}

/** Puts a front together. Nothing is opened, and nothing is asked. */
export function assemble(configuration: Configuration, surroundings: Surroundings): Assembly {
  const { ranges, log } = surroundings;
  const policy = policyOf(configuration, ranges);
  const lifecycle = new Lifecycle();
  const states = new BackendStates({ ...surroundings, policy, configuration, lifecycle });
  const record = new DecisionRecord({
    metrics: surroundings.metrics ?? new WorkerMetrics(surroundings.clock),
    backends: policy.backends,
    places: ranges.places,
    prices: pricesOf(configuration, policy),
  });
  const clientAddress = compileTopology(topologyOf(configuration));
  const front = new Front({ policy, ranges, clientAddress, states, record, log });
  return { policy, states, record, lifecycle, front };
}
