import type { Backend, Store, Upstream } from './backend.ts';
import type { Registry } from './compile-registries.ts';
import { type HealthCheck, queryOf, type Route, routeOf } from './route.ts';

/** The facts about a request that its answer depends on. */
export interface Facts {
  readonly route: Route;
  /** The query of the request target with its question mark, or empty. */
  readonly query: string;
  /** The client's place, an index into the policy's places; −1 if its network is unknown or does not matter. */
  readonly place: number;
  /**
   * The registries that serve the request's host: the index of the policy's served host, plus the number of served hosts
   * times the number of the request's port in `byPort` (0 if it has none); −1 if no registry serves the host.
   */
  readonly servedHost: number;
  /** R4: whether the request has a Bearer token; only read if the policy has a challenge. */
  readonly hasToken?: boolean;
}

/**
 * The facts of a request.
 *
 * @param method as the client sent it
 * @param target the raw request target of the request line
 */
export function makeFacts(
  method: string,
  target: string,
  place: number,
  servedHost: number,
): Facts {
  return { route: routeOf(method, target), query: queryOf(target), place, servedHost };
}

/** Known presence of a blob or manifest in a backend, without asking: see {@link Snapshot.presence}. */
export type Presence = 'present' | 'stale' | 'absent' | 'unknown' | 'unasked';

/** The current state of everything that changes. Reading it has no side effects and does not wait. */
export interface Snapshot {
  /** R7: the answer of a health check. */
  healthy(check: HealthCheck): boolean;
  /** `up`; `down`: skipped; `trial`: skipped, but should be asked after answering. */
  condition(backend: Backend): 'up' | 'down' | 'trial';
  /** `stale` is present, to be asked again after answering; `unasked` is not known at all. */
  presence(store: Store, digest: string): Presence;
  /**
   * R9a, R12a: whether an upstream has a manifest or a blob; only used if the registry has a fallback.
   *
   * @param name within the registry
   */
  upstreamHas(
    upstream: Upstream,
    kind: 'manifest' | 'blob',
    name: string,
    digest: string,
  ): Presence;
  /**
   * False only if there is a list of the registry's repositories and the name is not on it.
   *
   * @param name within the registry
   */
  isRepository(registry: Registry, name: string): boolean;
}

/**
 * Records the candidates on the way to a decision, for `explain`. An upstream may be recorded twice:
 * that it is healthy, then whether it has the content.
 */
export interface Recorder {
  candidate(backend: Backend, presence: Presence | undefined, excluded: string | undefined): void;
}
