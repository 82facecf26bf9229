import {
  type Backend,
  type Decision,
  type Facts,
  MOST_CONSIDERED,
  type Policy,
  type Presence,
  REASONS,
  type Recorder,
  type Registry,
  type Route,
  type Store,
} from '@archeio/redirect';

/** A backend that was considered, or could have been. */
export interface Considered {
  readonly backend: Backend;
  readonly presence: 'present' | 'absent' | 'unknown' | null;
  /** Why it was skipped; null if it was not. */
  readonly excluded: string | null;
}

/** Every reason of `explain` for skipping a backend, except its health. */
export const EXCLUSIONS = Object.freeze({
  absentBlob: 'it does not have the blob',
  absentManifest: 'it does not have the manifest',
  unknown: 'it did not say whether it has the blob',
  unasked: 'it was not asked for the blob',
  tooLate: 'it did not answer within the budget',
  notReached: 'it was not asked: a request asks at most three stores',
  notNeeded: 'not needed',
  disabled: 'disabled',
  elsewhere: 'not near this client',
  beyond: `not considered: a request considers only the first ${MOST_CONSIDERED} of a list`,
  failover: "another region's store is used only while the near one is unhealthy",
  fallback: 'it is used only for what the upstream does not have',
  stays: REASONS.staysUpstream.words,
  algorithm: REASONS.digestAlgorithm.words,
});

/** Records the backends that the policy considers, for one plan. */
export class ConsideredBackends implements Recorder {
  readonly #asked: boolean;
  readonly #told = new Map<Backend, readonly [Presence | undefined, string | undefined]>();

  /** @param asked whether stores were asked beforehand */
  constructor(asked: boolean) {
    this.#asked = asked;
  }

  candidate(backend: Backend, presence: Presence | undefined, excluded: string | undefined): void {
    this.#told.set(backend, [presence, excluded]);
  }

  has(backend: Backend): boolean {
    return this.#told.has(backend);
  }

  isUnhealthy(backend: Backend): boolean {
    return this.#told.get(backend)?.[1] !== undefined;
  }

  /** In the order of consideration. */
  of(route: Route, decision: Decision): Considered[] {
    return [...this.#told].map(([backend, [presence, excluded]]) => {
      const told = { backend, ...this.#tell(presence, route) };
      if (backend === decision.backend) return { ...told, excluded: null };
      return { ...told, ...(excluded !== undefined && { excluded }) };
    });
  }

  /** Reduces presence to three states, with the reason to skip the backend. */
  #tell(presence: Presence | undefined, route: Route): Omit<Considered, 'backend'> {
    switch (presence) {
      case undefined:
        return { presence: null, excluded: null };
      case 'present':
      case 'stale':
        return { presence: 'present', excluded: null };
      case 'absent':
        return {
          presence,
          excluded: route.kind === 'manifest' ? EXCLUSIONS.absentManifest : EXCLUSIONS.absentBlob,
        };
      case 'unknown':
        return { presence, excluded: EXCLUSIONS.unknown };
      case 'unasked':
        return {
          presence: 'unknown',
          excluded: this.#asked ? EXCLUSIONS.tooLate : EXCLUSIONS.unasked,
        };
    }
  }
}

/** Every configured store that was not considered for a blob, and why. */
function unreachedStores(
  { route, place }: Facts,
  decision: Decision,
  policy: Policy,
  considered: ConsideredBackends,
): (readonly [Store, string])[] {
  if (route.kind !== 'blob') return [];
  const { near, failover, defaults } = policy.storesFor(place);
  const nearby = near.flatMap(({ stores }) => stores);
  const why = policy.staysUpstream(place)
    ? EXCLUSIONS.stays
    : route.algorithm === 'other'
      ? EXCLUSIONS.algorithm
      : undefined;
  const isOut = nearby.some((store) => store.failover && considered.isUnhealthy(store));
  // The walk ends at the store in use, or at the maximum number of stores.
  const inTurn =
    why ?? (decision.backend?.kind === 'store' ? EXCLUSIONS.notNeeded : EXCLUSIONS.beyond);
  const standIn = why ?? (isOut ? EXCLUSIONS.notNeeded : EXCLUSIONS.failover);
  const isDefault = new Set(defaults);
  const told = new Map<Store, string>([
    ...nearby.map((store) => [store, inTurn] as const),
    ...failover()
      .filter((store) => !isDefault.has(store))
      .map((store) => [store, standIn] as const),
    ...defaults.map((store) => [store, inTurn] as const),
  ]);
  return [
    ...told,
    ...policy.stores
      .filter((store) => !told.has(store))
      .map((store) => [store, EXCLUSIONS.elsewhere] as const),
    ...policy.disabled.map((store) => [store, EXCLUSIONS.disabled] as const),
  ];
}

/** The backends that the plan did not need to consider, and why. */
export function unreachedBackends(
  facts: Facts,
  decision: Decision,
  policy: Policy,
  registry: Registry | undefined,
  considered: ConsideredBackends,
): Considered[] {
  const { route, place } = facts;
  const isWhole = route.kind === 'blob' || (route.kind === 'manifest' && route.by === 'digest');
  if (registry === undefined || decision.backend === undefined || !isWhole) return [];
  const unreached: (readonly [Backend, string])[] = [
    ...unreachedStores(facts, decision, policy, considered),
  ];
  if (route.kind === 'blob')
    unreached.push([registry.upstreamsFor(place)[0], EXCLUSIONS.notNeeded]);
  if (registry.fallback && registry.signatures !== undefined)
    unreached.push([registry.signatures, EXCLUSIONS.fallback]);
  return unreached
    .filter(([backend]) => !considered.has(backend))
    .map(([backend, excluded]) => ({ backend, presence: null, excluded }));
}
