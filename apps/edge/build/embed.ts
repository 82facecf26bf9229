import { CLOUDFLARE_WORKERS, type Topology } from '@archeio/client-address';
import { type Configuration, servedConfiguration } from '@archeio/configuration';
import type { Embedded } from '../src/embedded.ts';

/** Maximum number of remembered blobs: 7 MB of the 128 MB of an isolate. */
export const MOST_ENTRIES = 100_000;

/**
 * The part of a configuration that goes into the bundle, as plain data.
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
  return {
    configuration: {
      pages,
      registries,
      stores,
      stayUpstream,
      presence: { ...presence, entries: Math.min(presence.entries, MOST_ENTRIES) },
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
