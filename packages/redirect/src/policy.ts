import type { Place } from '@archeio/clouds';
import type { Backend, Store } from './backend.ts';
import { compileStore, type StoreOptions } from './compile-backend.ts';
import { compileRegistries, type Registry, type RegistryOptions } from './compile-registries.ts';
import {
  API_BASE,
  type Decision,
  ELSEWHERE,
  page,
  PULL_TOKEN,
  tokenChallenge,
} from './decision.ts';
import type { Near } from './near.ts';
import { NearIndex, NOTHING_NEAR } from './near-index.ts';
import { onceForPlace } from './once-for-place.ts';
import { type Distance, type PlaceStores, StoresByPlace } from './place-stores.ts';
import { REASONS } from './reason.ts';
import { compileServedHosts, type ServedHost, type ServedHostOptions } from './served-host.ts';
import { atOnce, eachInSteps, mapInSteps, type Steps } from './steps.ts';

/** Options of {@link compilePolicy}. */
export interface PolicyOptions {
  readonly pages: { readonly info: string; readonly privacy: string };
  readonly registries: readonly RegistryOptions[];
  /** The registries that serve the same Host, as {@link Facts.servedHost} counts them. */
  readonly servedHosts: readonly ServedHostOptions[];
  readonly stores: readonly StoreOptions[];
  /** Clients whose blobs stay on the upstream. */
  readonly stayUpstream: readonly Near[];
  /** The token that ties the requests of a pull together; off by default. */
  readonly correlation?: { readonly token: boolean; readonly realm?: string | undefined };
}

/** The policy, compiled for one table of places: everything that depends on the client's place is a lookup. */
export interface Policy {
  readonly infoPage: Decision;
  readonly privacyPage: Decision;
  /** R4: the answer of `/v2/` to a request without a token. */
  readonly apiBase: Decision;
  /** R7: the answer of `/token`. */
  readonly token: Decision;
  /** All backends by index: the stores, the upstreams of all registries, their signature upstreams. */
  readonly backends: readonly Backend[];
  readonly stores: readonly Store[];
  readonly registries: readonly Registry[];
  /** The registries that serve a host, in order. */
  readonly servedHosts: readonly ServedHost[];
  /** Whether any registry has a prefix: only then can a followed link have lost it. */
  readonly hasPrefixes: boolean;
  readonly places: readonly Place[];
  /** The stores to try for a client in a place; −1 is an unknown network. Allocates once per place. */
  readonly storesFor: (place: number) => PlaceStores;
  /** The disabled stores, for explanations. */
  readonly disabled: readonly Store[];
  /** Whether the blobs of a client in a place stay on the upstream. */
  readonly staysUpstream: (place: number) => boolean;
}

/**
 * Compiles a policy, in one step per entry of the options. Values that depend on a place are computed on first
 * use, since few places ever have clients.
 *
 * @param places the table of places; place −1 is an unknown network. A place without a region is one of the
 *   user's networks
 * @param distance between a client's place and a store's; without it no store is nearer than another
 * @throws RangeError if a registry has no upstream, a served host names none, or a key template cannot be read
 */
export function compilePolicy(
  options: PolicyOptions,
  places: readonly Place[],
  distance?: Distance,
): Policy {
  return atOnce(compilePolicyInSteps(options, places, distance));
}

/** {@link compilePolicy} in pieces, for a process that must answer requests meanwhile. */
export function* compilePolicyInSteps(
  options: PolicyOptions,
  places: readonly Place[],
  distance: Distance = () => undefined,
): Steps<Policy> {
  const enabled = options.stores.filter((each) => each.enabled !== false);
  const stores = yield* mapInSteps(enabled, (each, index) => compileStore(index, each));
  const configured = enabled.map((each, index) => [stores[index], each] as const);
  const disabled = options.stores
    .filter((each) => each.enabled === false)
    .map((each) => compileStore(-1, each));
  const registries = yield* compileRegistries(options.registries, stores.length, places);
  const servedHosts = yield* compileServedHosts(options.servedHosts, registries);
  const backends: Backend[] = [...stores];
  yield* eachInSteps(registries, ({ upstreams }) => backends.push(...upstreams));
  yield* eachInSteps(registries, ({ signatures }) => signatures && backends.push(signatures));
  const enabledStores = new StoresByPlace(configured, places, distance);
  const { token = false, realm } = options.correlation ?? {};
  const staying = new NearIndex([[true, options.stayUpstream] as const]);
  return Object.freeze({
    infoPage: page('R2', REASONS.infoPage, options.pages.info),
    privacyPage: page('R3', REASONS.privacyPage, options.pages.privacy),
    apiBase: token && realm !== undefined ? tokenChallenge(realm) : API_BASE,
    token: token ? PULL_TOKEN : ELSEWHERE,
    backends,
    stores,
    registries,
    servedHosts,
    hasPrefixes: registries.some(({ prefix }) => prefix !== ''),
    places,
    storesFor: onceForPlace(places, (place) => enabledStores.at(place)),
    disabled,
    staysUpstream: onceForPlace(
      places,
      (place) => place !== undefined && staying.at(place) !== NOTHING_NEAR,
    ),
  });
}
