import { isDeepStrictEqual } from 'node:util';
import type { CloudRanges, CompiledNetworks, Place } from '@archeio/clouds';
import type { Configuration } from '@archeio/configuration';
import { formatPrefix, makePrefix, type Prefix } from '@archeio/netip';
import { PlaceFinder } from '@archeio/request-handler';
import type { PlaceTable } from './place-table.ts';

/** Why the client's place under the new configuration is not known. */
export type PlaceUnknown = 'clientAddress' | 'networks';

/** Finds the place of a client under the new configuration, if it may be another one. */
export class NewPlaces {
  readonly #change: 'none' | PlaceUnknown;
  readonly #finder: PlaceFinder;
  readonly #table: PlaceTable;
  /** Places of published ranges. */
  readonly #published: number;
  readonly #oldNetworks: ReadonlySet<string>;
  readonly #prefixes: readonly Prefix[];
  /** By family and length of the client's prefix: prefixes that contain only a part of a network. */
  readonly #divided = new Map<string, ReadonlySet<string>>();

  constructor(
    old: Configuration,
    next: Configuration,
    networks: CompiledNetworks,
    ranges: CloudRanges,
    table: PlaceTable,
  ) {
    this.#change = changeOf(old, next);
    this.#finder = new PlaceFinder(ranges, networks);
    this.#published = ranges.places.length;
    this.#table = table;
    this.#oldNetworks = new Set(Object.keys(old.networks));
    this.#prefixes = Object.values(next.networks).flat();
  }

  /**
   * The number of the place.
   *
   * @param recorded the place in the event, and its number
   */
  of(
    recorded: number,
    place: Place | undefined,
    client: Prefix | undefined,
  ): number | PlaceUnknown {
    if (this.#change === 'none') return recorded;
    if (this.#change === 'clientAddress') return 'clientAddress';
    if (client === undefined || this.#isDivided(client)) return 'networks';
    const number = this.#finder.place(client.addr);
    if (number >= this.#published) return this.#numberOf(this.#finder.places[number]);
    if (place === undefined || !this.#oldNetworks.has(place.cloud)) return recorded;
    // The client is in none of the networks any more. Published ranges may divide its prefix.
    if (!isWhole(client)) return 'networks';
    return number < 0 ? -1 : this.#numberOf(this.#finder.places[number]);
  }

  #numberOf(place: Place): number {
    return this.#table.numberOf(place) ?? -1;
  }

  /** Whether a network contains a part of the client's prefix. */
  #isDivided(client: Prefix): boolean {
    if (isWhole(client)) return false;
    const key = `${client.addr.family} ${client.bits}`;
    let divided = this.#divided.get(key);
    if (divided === undefined) {
      const longer = this.#prefixes.filter(
        ({ addr, bits }) => addr.family === client.addr.family && bits > client.bits,
      );
      divided = new Set(longer.map(({ addr }) => formatPrefix(makePrefix(addr, client.bits))));
      this.#divided.set(key, divided);
    }
    return divided.has(formatPrefix(client));
  }
}

function isWhole({ addr, bits }: Prefix): boolean {
  return bits === (addr.family === 4 ? 32 : 128);
}

function changeOf(old: Configuration, next: Configuration): 'none' | PlaceUnknown {
  if (!isDeepStrictEqual(old.clientAddress, next.clientAddress)) return 'clientAddress';
  return isDeepStrictEqual(old.networks, next.networks) ? 'none' : 'networks';
}
