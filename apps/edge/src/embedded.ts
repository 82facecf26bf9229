import type { Topology } from '@archeio/client-address';
import { type CloudRanges, type CompiledNetworks } from '@archeio/clouds';
import type { ServedConfiguration } from '@archeio/configuration';
import { atOnce } from '@archeio/redirect';
import { compileDecisionTables, type DecisionTables } from '@archeio/request-handler';

/** The keys of a configuration that a Worker reads as they are. */
type ReadKeys = 'pages' | 'registries' | 'stayUpstream' | 'explain' | 'correlation';

/** The keys of a store that a Worker reads. */
export type EmbeddedStore = Pick<
  ServedConfiguration['stores'][number],
  | 'name'
  | 'url'
  | 'key'
  | 'near'
  | 'default'
  | 'weight'
  | 'check'
  | 'checkUrl'
  | 'forbidden'
  | 'enabled'
  | 'failover'
  | 'usdPerGiB'
  | 'rid'
>;

/** The keys of `presence` that a Worker reads. */
export type EmbeddedPresence = Pick<
  ServedConfiguration['presence'],
  'entries' | 'presentFor' | 'absentFor' | 'budget' | 'timeout' | 'breaker'
>;

/** A checked configuration as plain data, which the build writes into the bundle: no YAML and no schema is in a Worker. */
export interface Embedded {
  readonly configuration: Pick<ServedConfiguration, ReadKeys> & {
    readonly stores: readonly EmbeddedStore[];
    readonly presence: EmbeddedPresence;
  };
  /** The operator's networks, with tables in base64. */
  readonly networks: {
    readonly places: CompiledNetworks['places'];
    readonly tables: readonly string[];
  };
  readonly clientAddress: Topology;
  /** The product that stores log. */
  readonly userAgent: string;
}

/** What decides requests. Immutable: it is made once, before the first request. */
export interface Compiled extends DecisionTables {
  readonly embedded: Embedded;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Compiles what the bundle has.
 *
 * @throws RangeError if it cannot be served: the platform then refuses the deployment
 */
export function compileEmbedded(embedded: Embedded, ranges: CloudRanges): Compiled {
  const { configuration, networks } = embedded;
  const compiled = { places: networks.places, tables: networks.tables.map(bytesOf) };
  const steps = compileDecisionTables({ ...configuration, networks: compiled }, ranges);
  return { embedded, ...atOnce(steps) };
}
