import type { Place } from './source.ts';
import { type Addr, type Match, type Prefix, PrefixTable } from '@archeio/netip';

/** The operator's own networks, by name. */
export type Networks = Readonly<Record<string, readonly Prefix[]>>;

/** Networks compiled for lookups: plain data that another process or thread can use as it is. */
export interface CompiledNetworks {
  /** In the order of the networks. The region of each is empty. */
  readonly places: readonly Place[];
  /** See {@link buildNetworks}. */
  readonly tables: readonly Uint8Array[];
}

/** Maximum number of values of a table; more networks need several tables. */
const MOST_IN_TABLE = 65_535;

/** @throws RangeError if two networks of a table have the same prefix */
export function compileNetworks(networks: Networks): CompiledNetworks {
  return Object.freeze({
    places: Object.freeze(Object.keys(networks).map(networkPlace)),
    tables: Object.freeze(buildNetworks(networks)),
  });
}

export function networkPlace(name: string): Place {
  return Object.freeze({ cloud: name, region: '' });
}

/**
 * Builds the tables of networks as bytes. Networks are numbered in their order, from 0.
 *
 * @throws RangeError if two networks of a table have the same prefix
 */
export function buildNetworks(
  networks: Networks,
  mostInTable = MOST_IN_TABLE,
): readonly Uint8Array[] {
  const all = Object.values(networks);
  const tables: Uint8Array[] = [];
  for (let first = 0; first < all.length; first += mostInTable) {
    const entries = all
      .slice(first, first + mostInTable)
      .flatMap((prefixes, number) => prefixes.map((prefix) => [prefix, number] as const));
    tables.push(PrefixTable.build(entries).serialize());
  }
  return tables;
}

/** Address to network, by the longest prefix. */
export class NetworkTables {
  readonly #tables: readonly PrefixTable[];
  readonly #mostInTable: number;

  constructor(tables: readonly Uint8Array[], mostInTable = MOST_IN_TABLE) {
    this.#tables = tables.map((bytes) => PrefixTable.deserialize(bytes));
    this.#mostInTable = mostInTable;
  }

  /** The number of the network, −1 if the address is in none. Allocates nothing if there is only one table. */
  lookup(address: Addr): number {
    if (this.#tables.length === 1) return this.#tables[0].lookup(address);
    return this.match(address)?.value ?? -1;
  }

  /** The network and its longest prefix that contains the address. */
  match(address: Addr): Match | undefined {
    let best: Match | undefined;
    for (const [at, table] of this.#tables.entries()) {
      const found = table.match(address);
      if (found !== undefined && (best === undefined || found.prefix.bits > best.prefix.bits))
        best = { value: found.value + at * this.#mostInTable, prefix: found.prefix };
    }
    return best;
  }
}
