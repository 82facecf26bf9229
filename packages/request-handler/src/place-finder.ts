import {
  type CloudMatch,
  type CloudRanges,
  type Place,
  type CompiledNetworks,
  NetworkTables,
} from '@archeio/clouds';
import { type Addr, embeddedIPv4 } from '@archeio/netip';

/**
 * Maps an address to a place: the user's networks first, then the clouds' published ranges. Places are numbered: those
 * of the ranges, then the networks, whose region is empty. An unknown IPv6 address has the place of the IPv4 address
 * that it embeds, such as those of a NAT64 translator.
 */
export class PlaceFinder {
  readonly places: readonly Place[];
  readonly #ranges: CloudRanges;
  readonly #networks: NetworkTables | undefined;
  /** The place of the first network. */
  readonly #first: number;

  constructor(ranges: CloudRanges, networks?: CompiledNetworks) {
    const { places, tables } = networks ?? { places: [], tables: [] };
    this.places = ranges.places.concat(places);
    this.#ranges = ranges;
    this.#first = ranges.places.length;
    this.#networks = tables.length === 0 ? undefined : new NetworkTables(tables);
  }

  /** The address's index in `places`, −1 if unknown. Does not unmap IPv4-mapped addresses. */
  place(address: Addr): number {
    const own = this.#networks === undefined ? -1 : this.#networks.lookup(address);
    if (own >= 0) return this.#first + own;
    const published = this.#ranges.place(address);
    if (published >= 0 || address.family === 4) return published;
    const inside = embeddedIPv4(address);
    return inside === undefined ? -1 : this.place(inside);
  }

  /** The place of an address, with the matching prefix; undefined if unknown. */
  lookup(address: Addr): CloudMatch | undefined {
    const own = this.#networks?.match(address);
    if (own) return Object.freeze({ ...this.places[this.#first + own.value], prefix: own.prefix });
    const inside = embeddedIPv4(address);
    return this.#ranges.lookup(address) ?? (inside && this.lookup(inside));
  }
}
