import type { CloudMatch, CloudRanges, Place } from '@archeio/clouds';
import { type Addr, type Prefix, PrefixTable } from '@archeio/netip';

/** Networks of one's own, by name. */
export type Networks = Readonly<Record<string, readonly Prefix[]>>;

/**
 * Address to place: one's own networks first, whatever is published, then the clouds' ranges. Places are numbered: those
 * of the ranges, then the networks, whose region is empty.
 */
export class PlaceFinder {
  readonly places: readonly Place[];
  readonly #ranges: CloudRanges;
  readonly #networks: PrefixTable | undefined;

  /** @throws RangeError if two networks have the same prefix */
  constructor(ranges: CloudRanges, networks: Networks = {}) {
    const own = Object.entries(networks);
    this.places = [...ranges.places, ...own.map(([cloud]) => Object.freeze({ cloud, region: '' }))];
    this.#ranges = ranges;
    this.#networks =
      own.length === 0
        ? undefined
        : PrefixTable.build(
            own.flatMap(([, prefixes], number) =>
              prefixes.map((prefix) => [prefix, ranges.places.length + number] as const),
            ),
          );
  }

  /** The address's index in `places`, −1 if nobody knows it. IPv4-mapped addresses are not unmapped here. */
  place(address: Addr): number {
    const own = this.#networks === undefined ? -1 : this.#networks.lookup(address);
    return own >= 0 ? own : this.#ranges.place(address);
  }

  /** Where the address is, with the prefix that says so; undefined if nobody knows it. */
  lookup(address: Addr): CloudMatch | undefined {
    const own = this.#networks?.match(address);
    return own
      ? Object.freeze({ ...this.places[own.value], prefix: own.prefix })
      : this.#ranges.lookup(address);
  }
}
