import { PrefixTable, type Addr, type Prefix } from '@archeio/netip';
import { readSnapshot } from './snapshot-bytes.ts';
import type { Place, RangesSource } from './source.ts';

/** Where an address is, and the longest published prefix that says so. */
export interface CloudMatch extends Place {
  readonly prefix: Prefix;
}

/** The published ranges of several clouds: address to cloud and region. Immutable. */
export class CloudRanges {
  /** The lists that went in, by the cloud's name. */
  readonly sources: readonly RangesSource[];
  /** All clouds' regions, by cloud and region. */
  readonly places: readonly Place[];
  readonly #table: PrefixTable;

  private constructor(
    sources: readonly RangesSource[],
    places: readonly Place[],
    table: PrefixTable,
  ) {
    this.sources = sources;
    this.places = places;
    this.#table = table;
  }

  /**
   * The snapshot that `compileRanges` made. The bytes may lie at any offset of their buffer.
   * @throws SyntaxError if they are no snapshot, are cut or damaged, or of another version
   */
  static decode(bytes: Uint8Array): CloudRanges {
    const { sources, places, table: tableBytes } = readSnapshot(bytes);
    const table = PrefixTable.deserialize(tableBytes);
    if (table.highestValue() >= places.length) {
      throw new SyntaxError(
        `cannot read ranges snapshot: the table has place ${table.highestValue()}, expected less than ${places.length}`,
      );
    }
    return new CloudRanges(sources, places, table);
  }

  /**
   * The address's index in `places`, −1 if no cloud published it. Allocates nothing.
   * IPv4-mapped addresses are not unmapped here.
   */
  place(addr: Addr): number {
    return this.#table.lookup(addr);
  }

  /** Where the address is, by the longest prefix that contains it; `undefined` if no cloud published one. */
  lookup(addr: Addr): CloudMatch | undefined {
    const match = this.#table.match(addr);
    if (match === undefined) return undefined;
    const { cloud, region } = this.places[match.value];
    return Object.freeze({ cloud, region, prefix: match.prefix });
  }

  /** The published prefixes, each with its index in `places`: IPv4 first, by address, what contains before what is contained. */
  prefixes(): Iterable<readonly [Prefix, number]> {
    return this.#table.entries();
  }

  /** How many different prefixes of a family the cloud published; 0 for a cloud that is not in the snapshot. */
  prefixCount(cloud: string, family: 4 | 6): number {
    const source = this.sources.find((each) => each.cloud === cloud);
    if (source === undefined) return 0;
    return family === 4 ? source.ipv4Prefixes : source.ipv6Prefixes;
  }
}
