import {
  type Backend,
  type Decision,
  type Facts,
  hasUpstreamPrice,
  type Policy,
  registryOf,
  type Upstream,
  upstreamFor,
} from '@archeio/redirect';
import type { Backends, DecisionSink } from './backends.ts';
import type { Incoming } from './incoming.ts';
import { rangeOffset } from './range-offset.ts';

/** Dependencies of {@link FetchedBlobs}. */
interface FetchedBlobsDependencies {
  readonly policy: Policy;
  readonly states: Backends;
  readonly record: DecisionSink;
}

/** Whether a policy has prices to compare; walking all backends is not for every handler of one policy. */
const COMPARES = new WeakMap<Policy, boolean>();

function comparesPrices(policy: Policy): boolean {
  let compares = COMPARES.get(policy);
  if (compares === undefined) {
    compares = hasUpstreamPrice(policy.backends);
    COMPARES.set(policy, compares);
  }
  return compares;
}

/** Finds the size of blobs, and reports those that clients fetch. */
export class FetchedBlobs {
  readonly #dependencies: FetchedBlobsDependencies;
  readonly #comparesPrices: boolean;

  constructor(dependencies: FetchedBlobsDependencies) {
    this.#dependencies = dependencies;
    this.#comparesPrices = comparesPrices(dependencies.policy);
  }

  /** Bytes of the blob that a decision redirects to; −1 if no store has stated them, or if they are not needed. */
  sizeOf({ method, observation }: Incoming, { route }: Facts, { backend }: Decision): number {
    if (route.kind !== 'blob' || backend === undefined) return -1;
    if (method !== 'GET' && observation === undefined) return -1;
    return this.#dependencies.states.sizeOf(backend, route.digest);
  }

  /** Reports that the client will fetch the blob, if it uses GET. @param size −1 if unknown */
  tell(incoming: Incoming, facts: Facts, { backend }: Decision, size: number): void {
    if (incoming.method !== 'GET' || facts.route.kind !== 'blob' || backend === undefined) return;
    const bytes = size < 0 ? -1 : Math.max(0, size - rangeOffset(incoming.range, size));
    const upstream = this.#comparesPrices ? this.#instead(backend, facts) : undefined;
    this.#dependencies.record.fetched(backend, facts, bytes, upstream);
  }

  /** The upstream that would have sent it without stores. It is not asked whether it has the blob. */
  #instead(backend: Backend, facts: Facts): Upstream | undefined {
    if (backend.kind === 'upstream') return backend;
    const { policy, states } = this.#dependencies;
    const registry = registryOf(facts, policy);
    return registry && upstreamFor(facts, registry, states);
  }
}
