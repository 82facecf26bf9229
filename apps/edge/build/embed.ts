import { CLOUDFLARE_WORKERS, type Topology } from '@archeio/client-address';
import { type Configuration, servedConfiguration } from '@archeio/configuration';
import type { Embedded, EmbeddedStore } from '../src/embedded.ts';

/** Maximum number of remembered blobs: 7 MB of the 128 MB of an isolate. */
export const MOST_ENTRIES = 100_000;

function embedStore(store: EmbeddedStore): EmbeddedStore {
  const { name, url, key, near, default: isDefault, weight, usdPerGiB, rid } = store;
  const { check, checkUrl, forbidden, enabled, failover } = store;
  const place = { name, url, key, near, default: isDefault, weight, usdPerGiB, rid };
  return { ...place, check, checkUrl, forbidden, enabled, failover };
}

/**
 * The part of a configuration that goes into the bundle, as plain data: no key that a Worker does not read, since one may hold
 * what only a server should know.
 *
 * @param clientAddress where the client's address is; for tests of other topologies
 * @throws RangeError if two networks have the same prefix
 */
export function embed(
  configuration: Configuration,
  version: string,
  clientAddress: Topology = CLOUDFLARE_WORKERS,
): Embedded {
  const { pages, registries, stores, stayUpstream, presence, explain, correlation, networks } =
    servedConfiguration(configuration);
  const { entries, presentFor, absentFor, budget, timeout, breaker } = presence;
  return {
    configuration: {
      pages,
      registries,
      stores: stores.map(embedStore),
      stayUpstream,
      presence: {
        entries: Math.min(entries, MOST_ENTRIES),
        presentFor,
        absentFor,
        budget,
        timeout,
        breaker,
      },
      explain,
      correlation,
    },
    networks: {
      places: networks.places,
      tables: networks.tables.map((bytes) => Buffer.from(bytes).toString('base64')),
    },
    clientAddress,
    userAgent: `archeio/${version}`,
  };
}
