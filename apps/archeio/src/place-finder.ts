import type { CloudMatch, CloudRanges, Place } from '@archeio/clouds';
import type { Addr } from '@archeio/netip';
import { buildNetworks, type Networks, NetworkTables } from './network-tables.ts';

/**
 * Address to place: one's own networks first, whatever is published, then the clouds' ranges. Places are numbered: those
 * of the ranges, then the networks, whose region is empty.
 */
export class PlaceFinder {
  readonly places: readonly Place[];
  readonly #ranges: CloudRanges;
  readonly #networks: NetworkTables | undefined;
  /** The place of the first network. */
  readonly #first: number;

  /**
   * @param tables of the networks, if they have been built elsewhere
   * @throws RangeError if two networks have the same prefix
   */
  constructor(
    ranges: CloudRanges,
    networks: Networks = {},
    tables: readonly Uint8Array[] = buildNetworks(networks),
  ) {
    this.places = [
      ...ranges.places,
      ...Object.keys(networks).map((cloud): Place => ({ cloud, region: '' })),
    ];
    this.#ranges = ranges;
    this.#first = ranges.places.length;
    this.#networks = tables.length === 0 ? undefined : new NetworkTables(tables);
  }

  /** The address's index in `places`, −1 if nobody knows it. IPv4-mapped addresses are not unmapped here. */
  place(address: Addr): number {
    const own = this.#networks === undefined ? -1 : this.#networks.lookup(address);
    return own >= 0 ? this.#first + own : this.#ranges.place(address);
  }

  /** Where the address is, with the prefix that says so; undefined if nobody knows it. */
  lookup(address: Addr): CloudMatch | undefined {
    const own = this.#networks?.match(address);
    return own
      ? Object.freeze({ ...this.places[this.#first + own.value], prefix: own.prefix })
      : this.#ranges.lookup(address);
  }
}
