import type { Place } from '@archeio/clouds';
import type { Store } from './backend.ts';
import type { StoreOptions } from './compile-backend.ts';
import { nearness } from './near.ts';
import { type Named, NearIndex, NOTHING_NEAR } from './near-index.ts';
import { usdPerGiB } from './price.ts';
import { Share } from './share.ts';

/** Kilometres between two places; undefined if the location of one is unknown. */
export type Distance = (from: Place, to: Place) => number | undefined;

/** The stores for clients in one place, in order. */
export interface PlaceStores {
  /** Those that name the client's region, then those that name its whole cloud; the stores of each share by weight. */
  readonly near: readonly Share[];
  /**
   * Other regions' stores, used while a near one that allows it is unhealthy: the cheapest, then the nearest first.
   * Sorted on first use, which most places never have.
   */
  readonly failover: () => readonly Store[];
  readonly defaults: readonly Store[];
}

/** A compiled store with its configuration. */
export type ConfiguredStore = readonly [Store, StoreOptions];

/** The stores of a policy by place. Places that no store names share one result. */
export class StoresByPlace {
  readonly #stores: readonly ConfiguredStore[];
  readonly #places: readonly Place[];
  readonly #distance: Distance;
  readonly #index: NearIndex<Store>;
  readonly #defaults: readonly Store[];
  readonly #isDefault: ReadonlySet<Store>;
  readonly #known = new Map<Named<Store>, readonly [Share[], readonly Store[]]>();
  readonly #elsewhere: PlaceStores;
  /** Names of the user's networks, computed on first use. */
  #networks: ReadonlySet<string> | undefined;

  /** @param places all places; stores of the user's networks may be unreachable from elsewhere, so they never replace others */
  constructor(stores: readonly ConfiguredStore[], places: readonly Place[], distance: Distance) {
    this.#stores = stores;
    this.#places = places;
    this.#distance = distance;
    this.#index = new NearIndex(stores.map(([store, { near }]) => [store, near] as const));
    this.#defaults = stores.filter(([, options]) => options.default === true).map(([each]) => each);
    this.#isDefault = new Set(this.#defaults);
    this.#elsewhere = { near: [], failover: () => [], defaults: this.#defaults };
  }

  /** The stores for a client in `place`, or in an unknown network. */
  at(place: Place | undefined): PlaceStores {
    if (place === undefined) return this.#elsewhere;
    const named = this.#index.at(place);
    if (named === NOTHING_NEAR) return this.#elsewhere;
    const [near, defaults] = this.#compiled(named);
    const allowed = near.some(({ stores }) => stores.some(({ failover }) => failover));
    let failover: readonly Store[] | undefined;
    return {
      near,
      failover: () => (failover ??= allowed ? this.#failoverFor(place) : []),
      defaults,
    };
  }

  /** The regions of a cloud that is named only as a whole share their stores. */
  #compiled(named: Named<Store>): readonly [Share[], readonly Store[]] {
    const known = this.#known.get(named);
    if (known !== undefined) return known;
    const lists = [named.byRegion, named.byCloud].filter((each) => each.length > 0);
    const near = new Set(lists.flat());
    const isNear = lists.some((each) => each.some((store) => this.#isDefault.has(store)));
    const defaults = isNear ? this.#defaults.filter((each) => !near.has(each)) : this.#defaults;
    const compiled = [lists.map((each) => new Share(each)), defaults] as const;
    this.#known.set(named, compiled);
    return compiled;
  }

  #failoverFor(place: Place): Store[] {
    const networks = (this.#networks ??= new Set(
      this.#places.filter(({ region }) => region === '').map(({ cloud }) => cloud),
    ));
    return this.#stores
      .filter(([, { near }]) => nearness(place, near) === 0)
      .filter(([, { near }]) => near?.some(({ cloud }) => !networks.has(cloud)))
      .map(([store]) => ({
        store,
        price: usdPerGiB(store, place) ?? Infinity,
        away: (store.location && this.#distance(place, store.location)) ?? Infinity,
      }))
      .toSorted((a, b) => Math.sign(a.price - b.price) || Math.sign(a.away - b.away))
      .map(({ store }) => store);
  }
}
