import { type Addr, formatAddr, formatPrefix, unmapAddr } from '@archeio/netip';
import {
  type Backend,
  type Decision,
  type Facts,
  type Presence,
  type Recorder,
  type Route,
  storeLocation,
  upstreamLocation,
} from '@archeio/redirect';
import type { Assembly } from './assemble.ts';

/** A backend that could have been used. */
export interface Candidate {
  readonly name: string;
  readonly url: string;
  readonly presence: 'present' | 'absent' | 'unknown' | null;
  /** Why it was passed over; null where it was not. */
  readonly excluded: string | null;
}

/** The decision for a request and why, as `archeio explain --json` prints it. */
export interface Explanation {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly kind: string;
    readonly name: string | null;
    readonly reference: string | null;
  };
  readonly client: {
    readonly address: string;
    readonly cloud: string | null;
    readonly region: string | null;
    readonly prefix: string | null;
  };
  readonly candidates: readonly Candidate[];
  readonly decision: {
    readonly rule: string;
    readonly status: number;
    readonly location: string | null;
    readonly backend: string | null;
    readonly reason: string;
  };
}

/** A request to be explained. */
export interface ExplainedRequest {
  readonly method: string;
  readonly path: string;
  readonly address: Addr;
}

function referenceOf(route: Route): string | null {
  if ('reference' in route) return route.reference;
  return 'digest' in route ? route.digest : null;
}

function urlOf(backend: Backend, { route, query }: Facts): string {
  if (!('name' in route)) return backend.url;
  if (backend.kind === 'upstream') return upstreamLocation(backend, route, query);
  return route.kind === 'blob' ? storeLocation(backend, route.digest) : backend.url;
}

/** What is known of a blob in the three words of the standard, and why its store was passed over by it. */
function told(presence: Presence | undefined): Pick<Candidate, 'presence' | 'excluded'> {
  switch (presence) {
    case undefined:
      return { presence: null, excluded: null };
    case 'present':
    case 'stale':
      return { presence: 'present', excluded: null };
    case 'absent':
      return { presence, excluded: 'it does not have the blob' };
    case 'unknown':
      return { presence, excluded: 'it has not said whether it has the blob' };
    case 'unasked':
      return { presence: 'unknown', excluded: 'it has not been asked for the blob' };
  }
}

/** The stores and upstreams that the plan had no need to look at. */
function unreached(
  facts: Facts,
  decision: Decision,
  { policy }: Assembly,
  reached: ReadonlySet<string>,
): Candidate[] {
  if (facts.route.kind !== 'blob') return [];
  const excluded = decision.rule === 'R11' ? 'not needed' : decision.reason;
  return [...policy.storesFor[facts.place + 1], policy.upstreamsFor[facts.place + 1][0]]
    .filter(({ name }) => !reached.has(name))
    .map((backend) => ({
      name: backend.name,
      url: urlOf(backend, facts),
      presence: null,
      excluded,
    }));
}

/**
 * Explains what `serve` would answer in the same state.
 *
 * @param ask whether stores are asked for the blob, as `serve` would before it answers
 */
export async function explainRequest(
  assembly: Assembly,
  request: ExplainedRequest,
  ask: boolean,
): Promise<Explanation> {
  const { method, path } = request;
  const address = formatAddr(unmapAddr(request.address));
  const candidates: Candidate[] = [];
  const recorderFor = (facts: Facts): Recorder => ({
    candidate: (backend, presence, excluded) =>
      candidates.push({
        name: backend.name,
        url: urlOf(backend, facts),
        ...told(presence),
        ...(excluded !== undefined && { excluded }),
      }),
  });
  const { facts, decision } = await assembly.front.explain(
    { method, target: path, addressHeader: undefined, peer: address },
    ask,
    recorderFor,
  );
  candidates.push(
    ...unreached(facts, decision, assembly, new Set(candidates.map(({ name }) => name))),
  );
  const { route } = facts;
  const found = assembly.ranges.lookup(unmapAddr(request.address));
  return {
    request: {
      method,
      path,
      kind: route.kind,
      name: 'name' in route ? route.name : null,
      reference: referenceOf(route),
    },
    client: {
      address,
      cloud: found?.cloud ?? null,
      region: found?.region ?? null,
      prefix: found ? formatPrefix(found.prefix) : null,
    },
    candidates,
    decision: {
      rule: decision.rule,
      status: decision.status,
      location: decision.location ?? null,
      backend: decision.backend?.name ?? null,
      reason: decision.reason,
    },
  };
}
