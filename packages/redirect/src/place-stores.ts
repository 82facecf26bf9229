import type { Place } from '@archeio/clouds';
import type { Store } from './backend.ts';
import type { StoreOptions } from './compile-backend.ts';
import { nearness } from './near.ts';
import { usdPerGiB } from './price.ts';
import { Share } from './share.ts';

/** Kilometres between two places; undefined where one of them is not on the map. */
export type Distance = (from: Place, to: Place) => number | undefined;

/** The stores for clients in one place, in the order in which they are tried. */
export interface PlaceStores {
  /** Those that name the client's region, then those that name its whole cloud; the stores of each share by weight. */
  readonly near: readonly Share[];
  /** Other regions' stores, for while a near one that allows it is unhealthy: the cheapest, then the nearest first. */
  readonly failover: readonly Store[];
  readonly defaults: readonly Store[];
}

/** A store, compiled, and how it is configured. */
export type ConfiguredStore = readonly [Store, StoreOptions];

function failoverFor(
  place: Place,
  stores: readonly ConfiguredStore[],
  networks: ReadonlySet<string>,
  distance: Distance,
): Store[] {
  return stores
    .filter(([, { near }]) => nearness(place, near) === 0)
    .filter(([, { near }]) => near?.some(({ cloud }) => !networks.has(cloud)))
    .map(([store]) => ({
      store,
      price: usdPerGiB(store, place) ?? Infinity,
      away: (store.location && distance(place, store.location)) ?? Infinity,
    }))
    .toSorted((a, b) => Math.sign(a.price - b.price) || Math.sign(a.away - b.away))
    .map(({ store }) => store);
}

/**
 * The stores for a client in `place`, or in an unknown network.
 *
 * @param networks the names of networks of one's own: nobody else may reach their stores, so these never stand in
 */
export function storesNear(
  place: Place | undefined,
  stores: readonly ConfiguredStore[],
  networks: ReadonlySet<string>,
  distance: Distance,
): PlaceStores {
  const nearBy = (level: 1 | 2) =>
    stores.filter(([, { near }]) => nearness(place, near) === level).map(([store]) => store);
  const near = [nearBy(2), nearBy(1)].filter((each) => each.length > 0);
  const defaults = stores
    .filter(([store, options]) => options.default === true && !near.flat().includes(store))
    .map(([store]) => store);
  const allowed = place !== undefined && near.flat().some(({ failover }) => failover);
  return {
    near: near.map((each) => new Share(each)),
    failover: allowed ? failoverFor(place, stores, networks, distance) : [],
    defaults,
  };
}
