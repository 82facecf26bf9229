import {
  compileTopology,
  GOOGLE_LOAD_BALANCER,
  type Topology,
  trustedPrefixes,
} from '@archeio/client-address';
import type { CloudRanges } from '@archeio/clouds';
import type { Policy, Steps } from '@archeio/redirect';
import type { ServedConfiguration } from '@archeio/configuration';
import { type PlaceFinder, RequestHandler, RepositoryLists } from '@archeio/request-handler';
import type { Log } from '../platform/log.ts';
import { createPullToken } from '../platform/pull-token.ts';
import { compileGeneration } from './compile-generation.ts';
import { DecisionRecord } from '../metrics/decision-record.ts';
import { BackendStates, type BackendStatesDependencies } from '../backends/backend-states.ts';

/** Everything between the configuration and a server. */
export interface Assembly {
  readonly policy: Policy;
  readonly places: PlaceFinder;
  readonly lists: RepositoryLists;
  readonly states: BackendStates;
  readonly record: DecisionRecord;
  readonly handler: RequestHandler;
}

/** Dependencies of {@link assemble}. */
export interface AssemblyDependencies extends Omit<
  BackendStatesDependencies,
  'policy' | 'configuration' | 'lists'
> {
  readonly ranges: CloudRanges;
  /** The previous generation's lists of repositories. */
  readonly previousLists?: RepositoryLists | undefined;
  readonly log: Log;
}

function topologyOf({ clientAddress }: ServedConfiguration): Topology {
  switch (clientAddress.topology) {
    case 'remote':
    // The header at the beginning of a connection has replaced the peer's address by the client's.
    case 'proxy-protocol':
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

/** Builds a handler in steps of a few milliseconds each, without any I/O. */
export function* assemble(
  configuration: ServedConfiguration,
  dependencies: AssemblyDependencies,
): Steps<Assembly> {
  const { ranges } = dependencies;
  const { places, hostRegistries, policy } = yield* compileGeneration(configuration, ranges);
  const lists = new RepositoryLists(configuration.registries, dependencies.previousLists);
  const states = new BackendStates({ ...dependencies, policy, configuration, lists });
  const record = new DecisionRecord({
    metrics: dependencies.metrics,
    log: dependencies.log,
    backends: policy.backends,
    places: places.places,
    inventoried: new Set(
      configuration.stores.filter(({ inventory }) => inventory).map(({ name }) => name),
    ),
  });
  const clientAddress = compileTopology(topologyOf(configuration));
  const { correlation, explain } = configuration;
  const handler = new RequestHandler({
    ...dependencies,
    policy,
    places,
    hostRegistries,
    clientAddress,
    states,
    record,
    budget: configuration.presence.budget,
    explainsTo: explain?.header && trustedPrefixes(explain.header.from),
    requestIds: correlation.requestId,
    createToken: createPullToken,
  });
  return { policy, places, lists, states, record, handler };
}
