import type { Place } from '@archeio/clouds';
import type { Backend, Store } from './backend.ts';
import { compileStore, type StoreOptions } from './compile-backend.ts';
import { compileRegistries, type Registry, type RegistryOptions } from './compile-registries.ts';
import { type Decision, page } from './decision.ts';
import { type Near, nearness } from './near.ts';
import { type Distance, type PlaceStores, storesNear } from './place-stores.ts';

/** What {@link compilePolicy} makes a policy of. */
export interface PolicyOptions {
  readonly pages: { readonly info: string; readonly privacy: string };
  readonly registries: readonly RegistryOptions[];
  /** Numbers of registries that serve the same Host, in the order in which they are tried; see {@link Facts.site}. */
  readonly sites: readonly (readonly number[])[];
  readonly stores: readonly StoreOptions[];
  /** Clients whose blobs stay on the upstream. */
  readonly stayUpstream: readonly Near[];
}

/** The policy, compiled for one table of places: everything that depends on the client's place is looked up. */
export interface Policy {
  readonly infoPage: Decision;
  readonly privacyPage: Decision;
  /** All backends by index: the stores, the upstreams of all registries, their signature upstreams. */
  readonly backends: readonly Backend[];
  readonly stores: readonly Store[];
  readonly registries: readonly Registry[];
  /** The registries that serve a host, in the order in which they are tried, by site. */
  readonly sites: readonly (readonly Registry[])[];
  /** Whether some registry is an alias: only then can a followed link have lost a prefix. */
  readonly hasPrefixes: boolean;
  readonly places: readonly Place[];
  /** The stores to try for a client, by place + 1. */
  readonly storesFor: readonly PlaceStores[];
  /** The disabled stores that would be tried for a client, by place + 1. */
  readonly disabledFor: readonly (readonly Store[])[];
  /** Whether the blobs of a client stay on the upstream, by place + 1. */
  readonly staysUpstream: readonly boolean[];
}

/**
 * Compiles a policy.
 *
 * @param places as the client's place is numbered; place −1 is a network that nobody knows. One without a region is a
 *   network of one's own
 * @param distance between a client's place and a store's; without it no store is nearer than another
 * @throws RangeError if a registry has no upstream, a site names none, or a key template cannot be read
 */
export function compilePolicy(
  options: PolicyOptions,
  places: readonly Place[],
  distance: Distance = () => undefined,
): Policy {
  const everywhere: readonly (Place | undefined)[] = [undefined, ...places];
  const networks = new Set(places.filter(({ region }) => region === '').map(({ cloud }) => cloud));
  const enabled = options.stores.filter((each) => each.enabled !== false);
  const stores = enabled.map((each, index) => compileStore(index, each));
  const configured = enabled.map((each, index) => [stores[index], each] as const);
  const disabled = options.stores
    .filter((each) => each.enabled === false)
    .map((each) => [compileStore(-1, each), each] as const);
  const registries = compileRegistries(options.registries, stores.length, everywhere);
  return Object.freeze({
    infoPage: page('R2', options.pages.info),
    privacyPage: page('R3', options.pages.privacy),
    backends: [
      ...stores,
      ...registries.flatMap(({ upstreams }) => upstreams),
      ...registries.flatMap(({ signatures }) => signatures ?? []),
    ],
    stores,
    registries,
    sites: options.sites.map((numbers) =>
      numbers.map((number) => {
        const registry = registries.at(number);
        if (registry === undefined || number < 0)
          throw new RangeError(`cannot compile the policy: there is no registry ${number}`);
        return registry;
      }),
    ),
    hasPrefixes: registries.some(({ prefix }) => prefix !== ''),
    places,
    storesFor: everywhere.map((place) => storesNear(place, configured, networks, distance)),
    disabledFor: everywhere.map((place) => {
      const { near, defaults } = storesNear(place, disabled, networks, distance);
      return [...near.flatMap((share) => share.stores), ...defaults];
    }),
    staysUpstream: everywhere.map((place) => nearness(place, options.stayUpstream) > 0),
  });
}
