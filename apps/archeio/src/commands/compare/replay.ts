import type { BlobEndpoint } from '@archeio/oci-distribution';
import {
  type Backend,
  type Decision,
  type Facts,
  plan,
  type Store,
  storeLocation,
} from '@archeio/redirect';
import type { NewPlaces, PlaceUnknown } from './new-places.ts';
import type { PlaceTable } from './place-table.ts';
import type { Recorded, RepositoryRoute } from './recorded.ts';
import type { ReplayedConfiguration } from './replayed-configuration.ts';
import { ReplayedState } from './replayed-state.ts';
import { SeenBackends } from './seen-backends.ts';
import { dependsOnDigest, haveSameShares, nearStore } from './shares.ts';

/** Why it is not known where requests would go. */
export type Cause = PlaceUnknown | 'place' | 'repositories' | 'query' | 'digest' | 'presence';

/** Requests of which it is not known where they would go. */
export interface NotKnown {
  readonly cause: Cause;
  /** Only of the cause `presence`: they would go to this backend if it has the content. */
  readonly on?: Backend | undefined;
  /** What is known of them, as in {@link Known}. */
  readonly from?: Backend | undefined;
  readonly oldPlace?: number;
  readonly newPlace?: number;
}

/** Where requests go under both configurations. Without a backend, Archeio answers them itself. */
export interface Known {
  readonly from: Backend | undefined;
  readonly to: Backend | undefined;
  /** Whether the URL or the status is another one. */
  readonly isElsewhere: boolean;
  /** The client's place under each configuration, a number in the table of places; −1 for an unknown network. */
  readonly oldPlace: number;
  readonly newPlace: number;
  /** Whether the configuration in use sends them to the backend that they were sent to. */
  readonly isAsRecorded: boolean;
}

/** Where a decision sends requests. */
interface Target extends Pick<Decision, 'backend' | 'location' | 'status'> {
  /** A backend whose content may change that, and is not known. */
  readonly missing: Backend | undefined;
}

/** Dependencies of {@link Replay}. */
export interface ReplayDependencies {
  readonly old: ReplayedConfiguration;
  readonly next: ReplayedConfiguration;
  readonly places: PlaceTable;
  readonly newPlaces: NewPlaces;
  /** Number of backends of both configurations. */
  readonly backends: number;
}

/** Decides recorded requests again, under the configuration in use and under the new one. */
export class Replay {
  readonly #dependencies: ReplayDependencies;
  readonly #seen: SeenBackends;
  readonly #oldState: ReplayedState;
  readonly #newState: ReplayedState;

  constructor(dependencies: ReplayDependencies) {
    const { old, next, backends } = dependencies;
    this.#dependencies = dependencies;
    this.#seen = new SeenBackends(backends);
    this.#oldState = new ReplayedState(old, this.#seen);
    this.#newState = new ReplayedState(next, this.#seen);
  }

  /** Whether the last requests show that a backend was unhealthy. */
  get sawUnhealthy(): boolean {
    return this.#seen.hasDown;
  }

  run(recorded: Recorded): Known | NotKnown {
    const { old, next } = this.#dependencies;
    const { route } = recorded;
    this.#seen.read(recorded, old);
    if (route === undefined) return this.#answeredHere(recorded);
    const isList = route.kind === 'tags' || route.kind === 'referrers';
    return isList && (old.policy.hasPrefixes || next.policy.hasPrefixes)
      ? this.#list(recorded, route)
      : this.#content(recorded, route, '');
  }

  /**
   * Events do not have the query. With one, a list may be a followed `Link` and belong to another registry (R9), and the
   * recorded backend shows which.
   */
  #list(recorded: Recorded, route: RepositoryRoute): Known | NotKnown {
    const plain = this.#content(recorded, route, '');
    const followed = this.#content(recorded, route, '?n=1');
    if ('cause' in plain) return plain;
    if ('cause' in followed) return followed;
    if (plain.isAsRecorded !== followed.isAsRecorded) return plain.isAsRecorded ? plain : followed;
    return plain.from === followed.from && plain.to === followed.to ? plain : { cause: 'query' };
  }

  #content(recorded: Recorded, route: RepositoryRoute, query: string): Known | NotKnown {
    const { old, next, newPlaces, places } = this.#dependencies;
    const { rule, client, cloud, region } = recorded;
    const place = cloud === null ? undefined : { cloud, region: region ?? '' };
    const oldPlace = place === undefined ? -1 : places.numberOf(place);
    if (oldPlace === undefined) return { cause: 'place' };
    const newPlace = newPlaces.of(oldPlace, place, client);
    const isPlaceKnown = typeof newPlace === 'number';
    const oldFacts = factsOf(recorded, route, query, oldPlace, old);
    const maybePlace = isPlaceKnown ? newPlace : oldPlace;
    const newFacts = factsOf(recorded, route, query, maybePlace, next);

    this.#oldState.beginOld(rule);
    const before = targetOf(oldFacts, old, this.#oldState);
    this.#newState.beginNew(this.#oldState.walked);
    const after = targetOf(newFacts, next, this.#newState);

    // The address of a refused request is not read.
    if (rule === 'R6' && (dependsOnPlace(before, route, old) || dependsOnPlace(after, route, next)))
      return { cause: 'place' };
    if (!isPlaceKnown && dependsOnPlace(after, route, next)) return { cause: newPlace };
    if (this.#newState.needsList) return { cause: 'repositories' };
    if (recorded.isDigestUnknown && route.kind === 'blob')
      return this.#withoutDigest(recorded, route, oldFacts, newFacts, before, after);
    return resultOf(recorded, oldFacts, newFacts, before, after);
  }

  /** R1 to R7 send no pull anywhere. Pages may move; how `/v2/` and `/token` answer (`correlation`) is not compared. */
  #answeredHere({ rule, backend }: Recorded): Known {
    const { old, next } = this.#dependencies;
    const page = rule === 'R2' ? 'infoPage' : rule === 'R3' ? 'privacyPage' : undefined;
    return {
      from: undefined,
      to: undefined,
      isElsewhere: page !== undefined && old.policy[page].location !== next.policy[page].location,
      oldPlace: -1,
      newPlace: -1,
      isAsRecorded: backend === null,
    };
  }

  /** The decisions for blobs without a digest do not count where the digest decides the order of the stores. */
  #withoutDigest(
    recorded: Recorded,
    route: BlobEndpoint,
    oldFacts: Facts,
    newFacts: Facts,
    before: Target,
    after: Target,
  ): Known | NotKnown {
    const { old, next } = this.#dependencies;
    const oldDepends = before.backend !== undefined && dependsOnDigest(old, oldFacts.place);
    const newDepends = after.backend !== undefined && dependsOnDigest(next, newFacts.place);
    if (oldDepends && newDepends) {
      if (!haveSameShares(old, oldFacts.place, next, newFacts.place)) return { cause: 'digest' };
      // What one share has under one configuration, it has under the other.
      const from = nearStore(old, oldFacts.place, recorded.backend);
      const to = nearStore(next, newFacts.place, recorded.backend);
      if (from !== undefined && to !== undefined)
        return resultOf(recorded, oldFacts, newFacts, toStore(from, route), toStore(to, route));
    } else if (newDepends) return { cause: 'digest' };
    else if (oldDepends) {
      const used = old.backends.get(recorded.backend ?? '');
      if (used === undefined) return { cause: 'digest' };
      if (used.kind === 'store') {
        this.#newState.beginNew();
        const alone = targetOf(newFacts, next, this.#newState);
        return resultOf(recorded, oldFacts, newFacts, toStore(used, route), alone);
      }
    }
    return resultOf(recorded, oldFacts, newFacts, before, after);
  }
}

function factsOf(
  { host }: Recorded,
  route: RepositoryRoute,
  query: string,
  place: number,
  configuration: ReplayedConfiguration,
): Facts {
  return { route, query, place, servedHost: configuration.servedHost(host) };
}

function targetOf(facts: Facts, { policy }: ReplayedConfiguration, state: ReplayedState): Target {
  const { backend, location, status } = plan(facts, policy, state, state);
  return { backend, location, status, missing: state.missing };
}

/** The result for two decisions, unless one depends on what the event does not show. */
function resultOf(
  { backend }: Recorded,
  oldFacts: Facts,
  newFacts: Facts,
  before: Target,
  after: Target,
): Known | NotKnown {
  const [oldPlace, newPlace] = [oldFacts.place, newFacts.place];
  if (before.missing !== undefined) return { cause: 'presence' };
  const on = after.missing;
  if (on !== undefined) return { cause: 'presence', on, from: before.backend, oldPlace, newPlace };
  return {
    from: before.backend,
    to: after.backend,
    isElsewhere: before.location !== after.location || before.status !== after.status,
    oldPlace,
    newPlace,
    isAsRecorded: (before.backend?.name ?? null) === backend,
  };
}

/** A redirect to a store, for a blob. */
function toStore(store: Store, { digest }: BlobEndpoint): Target {
  return {
    backend: store,
    location: storeLocation(store, digest),
    status: 307,
    missing: undefined,
  };
}

function dependsOnPlace(
  { backend }: Target,
  { kind }: RepositoryRoute,
  configuration: ReplayedConfiguration,
): boolean {
  return backend !== undefined && configuration.dependsOnPlace(kind);
}
