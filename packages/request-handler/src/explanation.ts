import { type Addr, formatAddr, formatPrefix, unmapAddr } from '@archeio/netip';
import {
  type Backend,
  type Decision,
  type Facts,
  nameWithin,
  type Policy,
  type ReasonCode,
  REASONS,
  type Registry,
  registryOf,
  type Route,
  type Store,
  storeLocation,
  UNHEALTHY,
  upstreamLocation,
} from '@archeio/redirect';
import type { ExplainedBackends } from './backends.ts';
import {
  type Considered,
  ConsideredBackends,
  EXCLUSIONS,
  unreachedBackends,
} from './considered-backends.ts';
import type { PlaceFinder } from './place-finder.ts';
import type { RequestHandler } from './request-handler.ts';

/** A backend that could have been used. */
export interface Candidate extends Omit<Considered, 'backend'> {
  readonly name: string;
  readonly url: string;
  /** True if another instance asked for its presence. */
  readonly shared?: boolean;
}

/** The decision for a request and why, as `archeio explain --json` prints it. */
export interface Explanation {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly kind: Route['kind'];
    /** The registry that serves the name; null if there is none, or no name. */
    readonly registry: string | null;
    readonly name: string | null;
    readonly reference: string | null;
  };
  readonly client: {
    readonly address: string;
    readonly cloud: string | null;
    readonly region: string | null;
    readonly prefix: string | null;
  };
  /** The served hosts, if the request has no host or one without a registry; otherwise null. */
  readonly hosts: readonly string[] | null;
  readonly candidates: readonly Candidate[];
  readonly decision: {
    readonly rule: string;
    readonly status: number;
    readonly location: string | null;
    readonly backend: string | null;
    /** In words. */
    readonly reason: string;
    readonly reasonCode: ReasonCode;
  };
}

/** Dependencies of {@link explainRequest}. */
export interface Explainer {
  readonly handler: RequestHandler;
  readonly policy: Policy;
  readonly places: PlaceFinder;
  readonly states: ExplainedBackends;
}

/** A request to explain. */
export interface ExplainedRequest {
  readonly method: string;
  readonly path: string;
  readonly address: Addr;
  /** Host header; if absent, the registries for every host serve the request. */
  readonly host?: string | undefined;
}

function referenceOf(route: Route): string | null {
  if ('reference' in route) return route.reference;
  return 'digest' in route ? route.digest : null;
}

function urlOf(backend: Backend, { route, query }: Facts, registry: Registry | undefined): string {
  if (!('name' in route) || registry === undefined) return backend.url;
  if (backend.kind === 'upstream')
    return upstreamLocation(backend, route, nameWithin(registry, route.name), query);
  return route.kind === 'blob' ? storeLocation(backend, route.digest) : backend.url;
}

function clientOf({ places }: Explainer, address: Addr): Explanation['client'] {
  const found = places.lookup(address);
  return {
    address: formatAddr(address),
    cloud: found?.cloud ?? null,
    region: found?.region ?? null,
    prefix: found ? formatPrefix(found.prefix) : null,
  };
}

/** @param asked whether stores were asked beforehand: otherwise, an unknown answer is not late */
function decisionOf(decision: Decision, asked: boolean): Explanation['decision'] {
  const { rule, status, location = null, backend } = decision;
  const reason =
    !asked && decision.reason === REASONS.notConfirmedInTime
      ? REASONS.noStoreAsked
      : decision.reason;
  return {
    rule,
    status,
    location,
    backend: backend?.name ?? null,
    reason: reason.words,
    reasonCode: reason.code,
  };
}

/** Why a store was skipped, with its answer or the reason why it could not be asked. */
function excludedWith(states: ExplainedBackends, store: Store, digest: string, excluded: string) {
  switch (excluded) {
    case EXCLUSIONS.absentBlob:
    case EXCLUSIONS.unknown: {
      const absent = excluded === EXCLUSIONS.absentBlob;
      const date = absent ? states.provenAbsentBy(store, digest) : undefined;
      if (date !== undefined)
        return `${excluded}, according to its inventory of ${new Date(date).toISOString()}`;
      const seen = states.seen(store, digest);
      return seen === undefined ? excluded : `${excluded}: ${seen}`;
    }
    case EXCLUSIONS.tooLate:
      return states.inFlight(store) > 0 ? excluded : EXCLUSIONS.notReached;
    case UNHEALTHY:
      return states.signingTrouble(store) === undefined
        ? excluded
        : `${excluded}: no credentials to sign its URLs`;
    default:
      return excluded;
  }
}

/**
 * Explains what `serve` would answer in the same state.
 *
 * @param ask whether to ask stores for the blob, as `serve` would before answering
 */
export async function explainRequest(
  explainer: Explainer,
  request: ExplainedRequest,
  ask: boolean,
): Promise<Explanation> {
  const { policy, handler, states } = explainer;
  const { method, path, host } = request;
  const address = unmapAddr(request.address);
  const client = clientOf(explainer, address);
  const considered = new ConsideredBackends(ask);
  const { facts, decision } = await handler.explain(
    { method, target: path, host },
    address,
    ask,
    considered,
  );
  const { route } = facts;
  const registry = registryOf(facts, policy);
  const all = [
    ...considered.of(route, decision),
    ...unreachedBackends(facts, decision, policy, registry, considered),
  ];
  const isShared = (backend: Backend): boolean =>
    backend.kind === 'store' && route.kind === 'blob' && states.isShared(backend, route.digest);
  const excludedBy = (backend: Backend, excluded: string | null): string | null =>
    excluded === null || backend.kind !== 'store' || route.kind !== 'blob'
      ? excluded
      : excludedWith(states, backend, route.digest, excluded);
  return {
    request: {
      method,
      path,
      kind: route.kind,
      registry: registry?.name ?? null,
      name: 'name' in route ? route.name : null,
      reference: referenceOf(route),
    },
    client,
    hosts: facts.servedHost < 0 && 'name' in route ? handler.hosts : null,
    candidates: all.map(({ backend, presence, excluded }) => ({
      name: backend.name,
      url: urlOf(backend, facts, registry),
      presence,
      ...(presence !== null && isShared(backend) && { shared: true }),
      excluded: excludedBy(backend, excluded),
    })),
    decision: decisionOf(decision, ask),
  };
}
