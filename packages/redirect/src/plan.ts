import { type BlobEndpoint, isSignatureTag } from '@archeio/oci-distribution';
import * as decisions from './decision.ts';
import { type Decision, redirect } from './decision.ts';
import { storeLocation, upstreamLocation, type UpstreamEndpoint } from './location.ts';
import type { Backend, Store, Upstream } from './backend.ts';
import type { Policy } from './policy.ts';
import type { HealthCheck, Route } from './route.ts';

/** Why a backend is passed over. */
const UNHEALTHY = 'unhealthy';

/** What is known of a request when its answer is planned. */
export interface Facts {
  readonly route: Route;
  /** The query of the request target with its question mark, or empty. */
  readonly query: string;
  /** The client's place, as the policy's places are numbered; −1 where its network is unknown. */
  readonly place: number;
}

/** What is known of a blob in a store without asking: see {@link Snapshot.presence}. */
export type Presence = 'present' | 'stale' | 'absent' | 'unknown' | 'unasked';

/** The state of everything that changes, as it is now. Reading it has no effect and waits for nothing. */
export interface Snapshot {
  /** R7: the answer of a health check. */
  healthy(check: HealthCheck): boolean;
  /** `up`; `down`: skipped; `trial`: skipped, but it should be asked behind the answer. */
  condition(backend: Backend): 'up' | 'down' | 'trial';
  /** `stale` is present, to be asked again behind the answer; `unasked` is not known at all. */
  presence(store: Store, digest: string): Presence;
}

/** Is told what was considered on the way to a decision; `explain` hands one in. */
export interface Recorder {
  candidate(backend: Backend, presence: Presence | undefined, excluded: string | undefined): void;
}

/**
 * Rules R1 to R12 of docs/request-handling.md: what to answer, by all that is known now. A decision that names stores
 * to `ask` is the best one without them; ask, then plan again: what is still unasked counts as unknown.
 */
export function plan(facts: Facts, policy: Policy, state: Snapshot, recorder?: Recorder): Decision {
  const { route } = facts;
  switch (route.kind) {
    case 'method':
      return decisions.READ_ONLY; // R1
    case 'page':
      return route.page === 'info' ? policy.infoPage : policy.privacyPage; // R2, R3
    case 'base':
      return decisions.API_BASE; // R4
    case 'catalog':
      return decisions.NO_CATALOG; // R5
    case 'invalid':
      return decisions.invalid(route.error); // R6
    case 'health':
      return state.healthy(route.check) ? decisions.HEALTHY : decisions.UNHEALTHY; // R7
    case 'elsewhere':
      return decisions.ELSEWHERE; // R7
    case 'manifest':
      if (route.by === 'tag' && isSignatureTag(route.reference))
        return signature(facts, route, policy, state, recorder);
      break;
    case 'referrers':
      return signature(facts, route, policy, state, recorder);
    case 'tags':
      break;
    case 'blob':
      return blob(facts, route, policy, state, recorder);
  }
  const upstream = upstreamFor(facts, policy, state, recorder); // R9
  return redirect(
    'R9',
    upstream,
    upstreamLocation(upstream, route, facts.query),
    'the upstream is the source of truth',
  );
}

/** R8: signatures and referrers may have an upstream of their own; without one, R9. */
function signature(
  facts: Facts,
  endpoint: UpstreamEndpoint,
  policy: Policy,
  state: Snapshot,
  recorder?: Recorder,
): Decision {
  const { signatures } = policy;
  if (signatures !== undefined) {
    const up = state.condition(signatures) === 'up';
    recorder?.candidate(signatures, undefined, up ? undefined : UNHEALTHY);
    if (up)
      return redirect(
        'R8',
        signatures,
        upstreamLocation(signatures, endpoint, facts.query),
        'signatures have an upstream of their own',
      );
  }
  const upstream = upstreamFor(facts, policy, state, recorder);
  const location = upstreamLocation(upstream, endpoint, facts.query);
  return signatures
    ? redirect('R8', upstream, location, 'the signature upstream is unhealthy')
    : redirect('R9', upstream, location, 'the upstream is the source of truth');
}

/** R10, R11, R12. */
function blob(
  facts: Facts,
  endpoint: BlobEndpoint,
  policy: Policy,
  state: Snapshot,
  recorder?: Recorder,
): Decision {
  let rule: 'R10' | 'R12' = 'R12';
  let reason = 'no store has it';
  let ask: Store[] | undefined;
  let recheck: Store | undefined;
  if (policy.staysUpstream[facts.place + 1]) {
    rule = 'R10';
    reason = 'the client is in a network that stays on the upstream';
  } else if (endpoint.algorithm === 'other') {
    reason = 'no store is asked for a digest of this algorithm';
  } else {
    for (const store of policy.storesFor[facts.place + 1]) {
      const condition = state.condition(store);
      const presence = condition === 'up' ? state.presence(store, endpoint.digest) : undefined;
      recorder?.candidate(store, presence, presence === undefined ? UNHEALTHY : undefined);
      if (presence === undefined) {
        if (condition === 'trial') recheck ??= store;
        continue;
      }
      if (ask !== undefined) ask.push(store);
      else if (presence === 'unasked') ask = [store];
      if (presence === 'present' || presence === 'stale') {
        if (presence === 'stale') recheck ??= store;
        return redirect(
          'R11',
          store,
          storeLocation(store, endpoint.digest),
          'the first healthy store that has it',
          ask,
          recheck,
        );
      }
      if (presence !== 'absent') reason = 'not known in time whether a store has it';
    }
  }
  const upstream = upstreamFor(facts, policy, state, recorder);
  return redirect(
    rule,
    upstream,
    upstreamLocation(upstream, endpoint, facts.query),
    reason,
    ask,
    recheck,
  );
}

/** The first healthy upstream for the client; if none is healthy, the first all the same. */
function upstreamFor(facts: Facts, policy: Policy, state: Snapshot, recorder?: Recorder): Upstream {
  const upstreams = policy.upstreamsFor[facts.place + 1];
  for (const upstream of upstreams) {
    const up = state.condition(upstream) === 'up';
    recorder?.candidate(upstream, undefined, up ? undefined : UNHEALTHY);
    if (up) return upstream;
  }
  return upstreams[0];
}
