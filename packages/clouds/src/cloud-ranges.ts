import { PrefixTable, type Addr, type Prefix } from '@archeio/netip';
import { readSnapshot, type Snapshot } from './snapshot-bytes.ts';
import type { Place, RangesSource } from './source.ts';

/** Where an address is, and the longest published prefix that contains it. */
export interface CloudMatch extends Place {
  readonly prefix: Prefix;
}

/** The published ranges of several clouds: address to cloud and region. Immutable. */
export class CloudRanges {
  /** The lists that it was compiled from, by cloud. */
  readonly sources: readonly RangesSource[];
  /** All clouds' regions, by cloud and region. */
  readonly places: readonly Place[];
  readonly #table: PrefixTable;

  private constructor({ sources, places }: Snapshot, table: PrefixTable) {
    this.sources = sources;
    this.places = places;
    this.#table = table;
  }

  /**
   * Reads the snapshot that `compileRanges` made. The bytes may be at any offset of their buffer.
   * @throws SyntaxError if the bytes are not a snapshot, or are truncated, damaged or of another version
   */
  static decode(bytes: Uint8Array): CloudRanges {
    const snapshot = readSnapshot(bytes);
    const table = PrefixTable.deserialize(snapshot.table);
    const highest = table.highestValue();
    if (highest < snapshot.places.length) return new CloudRanges(snapshot, table);
    throw new SyntaxError(
      `cannot read ranges snapshot: the table has place ${highest}, expected less than ${snapshot.places.length}`,
    );
  }

  /**
   * The address's index in `places`, −1 if no cloud published it. Allocates nothing.
   * Does not unmap IPv4-mapped addresses.
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

  /** The published prefixes, each with its index in `places`: IPv4 first, by address, a prefix before those it contains. */
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
