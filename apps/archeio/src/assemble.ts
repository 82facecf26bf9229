import { compileTopology, GOOGLE_LOAD_BALANCER, type Topology } from '@archeio/client-address';
import { CloudRanges } from '@archeio/clouds';
import { type Backend, compilePolicy, type Policy } from '@archeio/redirect';
import type { StoreChecker } from './check/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import { Front } from './front.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { DecisionRecord } from './decision-record.ts';
import { BackendStates } from './worker/backend-states.ts';
import type { BlobPresence } from './worker/blob-presence.ts';
import type { Generation, HubPort } from './worker/ports.ts';

/** Everything between the configuration and a server. */
export interface Assembly {
  readonly policy: Policy;
  readonly ranges: CloudRanges;
  readonly states: BackendStates;
  readonly record: DecisionRecord;
  readonly front: Front;
}

/** What the outside hands in. */
export interface Surroundings {
  /** The number of this configuration in the life of the process. */
  readonly generation: number;
  readonly ranges: CloudRanges;
  readonly blobs: BlobPresence;
  readonly checker: StoreChecker;
  readonly lifecycle: Lifecycle;
  readonly hub: HubPort;
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

/** The backends of a generation, as its policy numbers them. */
export function backendsOf({ configuration, ranges }: Generation): readonly Backend[] {
  return policyOf(configuration, CloudRanges.decode(ranges)).backends;
}

/** Puts a front together. Nothing is opened, and nothing is asked. */
export function assemble(configuration: Configuration, surroundings: Surroundings): Assembly {
  const { ranges, log } = surroundings;
  const policy = policyOf(configuration, ranges);
  const states = new BackendStates({ ...surroundings, policy, configuration });
  const record = new DecisionRecord(policy.backends);
  const clientAddress = compileTopology(topologyOf(configuration));
  const front = new Front({ policy, ranges, clientAddress, states, record, log });
  return { policy, ranges, states, record, front };
}
