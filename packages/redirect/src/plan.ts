import {
  type BlobEndpoint,
  digestAlgorithm,
  isSignatureTag,
  type ManifestEndpoint,
} from '@archeio/oci-distribution';
import type { Store, Upstream } from './backend.ts';
import type { Registry } from './compile-registries.ts';
import * as decisions from './decision.ts';
import { type Decision, redirect } from './decision.ts';
import type { Facts, Recorder, Snapshot } from './facts.ts';
import { storeLocation, upstreamLocation, type UpstreamEndpoint } from './location.ts';
import type { Policy } from './policy.ts';
import { type Reason, REASONS } from './reason.ts';
import { listedName, nameWithin, registryOf } from './registry.ts';
import { StoreWalk } from './store-walk.ts';
import { signaturesOf, upstreamFor } from './upstream-choice.ts';

/**
 * Rules R1 to R12a of docs/reference/request-handling.md: the best answer by current knowledge. If the decision names
 * stores to `ask`, or an upstream, ask and then plan again: anything still unasked counts as unknown.
 */
export function plan(facts: Facts, policy: Policy, state: Snapshot, recorder?: Recorder): Decision {
  const { route } = facts;
  switch (route.kind) {
    case 'method':
      return decisions.READ_ONLY; // R1
    case 'page':
      return route.page === 'info' ? policy.infoPage : policy.privacyPage; // R2, R3
    case 'base':
      return facts.hasToken === true ? decisions.API_BASE : policy.apiBase; // R4
    case 'catalog':
      return decisions.NO_CATALOG; // R5
    case 'invalid':
      return decisions.invalid(route.error); // R6
    case 'health':
      return state.healthy(route.check) ? decisions.HEALTHY : decisions.UNHEALTHY; // R7
    case 'token':
      return policy.token; // R7
    case 'elsewhere':
      return decisions.ELSEWHERE; // R7
    default:
      return repository(facts, route, policy, state, recorder);
  }
}

/** Whether the answer depends on the client's location. R1 to R7 do not, and need not read the client's address. */
export function dependsOnPlace(facts: Facts, policy: Policy, state: Snapshot): boolean {
  const { route } = facts;
  if (!('name' in route)) return false;
  const registry = registryOf(facts, policy);
  return (
    registry !== undefined && isKnown(route, registry, nameWithin(registry, route.name), state)
  );
}

/** A request for content of a repository, and what its answer depends on. */
interface Wanted {
  readonly facts: Facts;
  readonly registry: Registry;
  /** Within the registry. */
  readonly name: string;
  readonly state: Snapshot;
  readonly recorder: Recorder | undefined;
}

/** R6, R8 to R12a: requests for content of a repository. */
function repository(
  facts: Facts,
  route: UpstreamEndpoint,
  policy: Policy,
  state: Snapshot,
  recorder?: Recorder,
): Decision {
  const registry = registryOf(facts, policy);
  if (registry === undefined)
    return facts.servedHost < 0 ? decisions.HOST_UNKNOWN : decisions.NAME_UNKNOWN; // R6
  const name = nameWithin(registry, route.name);
  if (!isKnown(route, registry, name, state)) return decisions.NAME_UNKNOWN; // R6
  const wanted: Wanted = { facts, registry, name, state, recorder };
  switch (route.kind) {
    case 'manifest':
      if (route.by === 'digest') return fromUpstream(wanted, route, 'R9', REASONS.sourceOfTruth);
      return isSignatureTag(route.reference) ? signature(wanted, route) : moving(wanted, route);
    case 'referrers':
      return signature(wanted, route);
    case 'tags':
      return moving(wanted, route);
    case 'blob':
      return blob(wanted, route, policy);
  }
}

/** Whether the name may be a repository's; in a list request it may include the upstream's path (R9). */
function isKnown(
  { kind }: UpstreamEndpoint,
  registry: Registry,
  name: string,
  state: Snapshot,
): boolean {
  if (state.isRepository(registry, name)) return true;
  if (registry.prefix !== '' || (kind !== 'tags' && kind !== 'referrers')) return false;
  const listed = listedName(registry, name);
  return listed !== name && state.isRepository(registry, listed);
}

/** R9: content that may change at any time is only at the upstream. */
function moving({ facts, registry, name, state, recorder }: Wanted, endpoint: UpstreamEndpoint) {
  const upstream = upstreamFor(facts, registry, state, recorder);
  const location = upstreamLocation(upstream, endpoint, name, facts.query);
  return redirect('R9', upstream, location, REASONS.sourceOfTruth);
}

/** R8: signatures and referrers may have a separate upstream; without one, R9. */
function signature(wanted: Wanted, endpoint: UpstreamEndpoint): Decision {
  const { facts, registry, name, state, recorder } = wanted;
  if (registry.signatures === undefined) return moving(wanted, endpoint);
  const signatures = signaturesOf(registry, state, recorder);
  const backend = signatures ?? upstreamFor(facts, registry, state, recorder);
  return redirect(
    'R8',
    backend,
    upstreamLocation(backend, endpoint, name, facts.query),
    signatures ? REASONS.signatureUpstream : REASONS.signatureUpstreamUnhealthy,
  );
}

/** R10, R11, R12, R12a. */
function blob(wanted: Wanted, endpoint: BlobEndpoint, policy: Policy): Decision {
  const { facts, state, recorder } = wanted;
  if (policy.staysUpstream(facts.place))
    return fromUpstream(wanted, endpoint, 'R10', REASONS.staysUpstream);
  if (endpoint.algorithm === 'other')
    return fromUpstream(wanted, endpoint, 'R12', REASONS.digestAlgorithm);
  const walk = new StoreWalk(endpoint.digest, state, recorder);
  const store = walk.find(facts, policy);
  if (store === undefined)
    return fromUpstream(wanted, endpoint, 'R12', walk.reason, walk.ask, walk.recheck);
  return redirect(
    'R11',
    store,
    storeLocation(store, endpoint.digest),
    REASONS.firstHealthyStore,
    walk.ask,
    walk.recheck,
  );
}

/** R9, R10, R12 for content by digest, or R9a, R12a if the signature upstream replaces the upstream. */
function fromUpstream(
  { facts, registry, name, state, recorder }: Wanted,
  endpoint: ManifestEndpoint | BlobEndpoint,
  rule: 'R9' | 'R10' | 'R12',
  reason: Reason,
  ask?: readonly Store[],
  recheck?: Store,
): Decision {
  const upstream = upstreamFor(facts, registry, state, recorder);
  let askUpstream: Upstream | undefined;
  let recheckUpstream: Upstream | undefined;
  const digest = endpoint.kind === 'blob' ? endpoint.digest : endpoint.reference;
  if (registry.fallback && digestAlgorithm(digest) !== 'other') {
    const presence = state.upstreamHas(upstream, endpoint.kind, name, digest);
    recorder?.candidate(upstream, presence, undefined);
    const instead = presence === 'absent' ? signaturesOf(registry, state, recorder) : undefined;
    if (instead !== undefined)
      return redirect(
        rule === 'R9' ? 'R9a' : 'R12a',
        instead,
        upstreamLocation(instead, endpoint, name, facts.query),
        REASONS.upstreamLacksIt,
        ask,
        recheck,
      );
    if (presence === 'stale') recheckUpstream = upstream;
    else if (presence === 'unasked' && state.condition(upstream) === 'up') askUpstream = upstream;
  }
  const location = upstreamLocation(upstream, endpoint, name, facts.query);
  return redirect(rule, upstream, location, reason, ask, recheck, askUpstream, recheckUpstream);
}
