import type { Place } from '@archeio/clouds';

/** Maximum number of places that only events have. */
const MOST_ADDED = 10_000;

/** The places of clients, numbered for both policies: those of the configurations, then those that only events have. */
export class PlaceTable {
  /** Policies look up a place on first use, so that the table can grow. */
  readonly places: Place[] = [];
  /** By cloud, then by region. */
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #most: number;

  constructor(known: Iterable<Place>, mostAdded = MOST_ADDED) {
    for (const { cloud, region } of known) this.#add(cloud, region);
    this.#most = this.places.length + mostAdded;
  }

  /** The number of a place, which it adds if necessary; undefined if there are too many. */
  numberOf({ cloud, region }: Place): number | undefined {
    const known = this.#numbers.get(cloud)?.get(region);
    if (known !== undefined) return known;
    return this.places.length < this.#most ? this.#add(cloud, region) : undefined;
  }

  #add(cloud: string, region: string): number {
    let regions = this.#numbers.get(cloud);
    if (regions === undefined) this.#numbers.set(cloud, (regions = new Map()));
    const known = regions.get(region);
    if (known !== undefined) return known;
    regions.set(region, this.places.length);
    return this.places.push({ cloud, region }) - 1;
  }
}
