import type { ClientAddressReader, PeerSource } from '@archeio/client-address';
import type { CloudRanges } from '@archeio/clouds';
import {
  type Decision,
  type Facts,
  plan,
  type Policy,
  queryOf,
  type Recorder,
  routeOf,
} from '@archeio/redirect';
import type { BackendStates } from './backend-states.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import type { Log } from './log.ts';
import type { DecisionRecord } from './decision-record.ts';

/** What a server knows of a request. */
export interface Incoming extends PeerSource {
  readonly method: string;
  /** The raw request target of the request line. */
  readonly target: string;
  /** All lines of the header that names the client's address, joined with commas; undefined without one. */
  readonly addressHeader: string | undefined;
}

/** What a front is made of. */
export interface FrontParts {
  readonly policy: Policy;
  readonly ranges: CloudRanges;
  readonly clientAddress: ClientAddressReader;
  readonly states: BackendStates;
  readonly record: DecisionRecord;
  readonly log: Log;
}

function factsOf({ method, target }: Incoming, place: number): Facts {
  return { route: routeOf(method, target), query: queryOf(target), place };
}

/**
 * The way of a request from its facts to its decision: route, client address, place, plan. What is known is decided
 * at once, without a promise; only where a store has to be asked does the answer come later.
 */
export class Front {
  readonly #parts: FrontParts;

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** The name of the header that an adapter has to hand over, in lower case. */
  get addressHeaderName(): string | undefined {
    return this.#parts.clientAddress.header;
  }

  /** Never throws and never rejects: a failure of our own is counted, and answered with the upstream (R12). */
  decide(incoming: Incoming): Decision | Promise<Decision> {
    let facts: Facts | undefined;
    try {
      facts = this.#facts(incoming);
      const decision = plan(facts, this.#parts.policy, this.#parts.states);
      if (decision.recheck !== undefined) this.#recheck(decision, facts);
      if (decision.ask !== undefined) return this.#ask(facts, decision.ask);
      this.#parts.record.decision(decision, facts);
      return decision;
    } catch (error) {
      return this.#withoutStores(facts ?? factsOf(incoming, -1), error);
    }
  }

  /** The same for a request that is only explained: nothing is counted. */
  async explain(
    incoming: Incoming,
    ask: boolean,
    recorderFor: (facts: Facts) => Recorder,
  ): Promise<{ facts: Facts; decision: Decision }> {
    const { policy, states } = this.#parts;
    const facts = this.#facts(incoming);
    const first = plan(facts, policy, states);
    if (ask && first.ask !== undefined && facts.route.kind === 'blob')
      await states.ask(first.ask, facts.route.digest);
    return { facts, decision: plan(facts, policy, states, recorderFor(facts)) };
  }

  #facts(incoming: Incoming): Facts {
    return factsOf(incoming, this.#place(incoming));
  }

  #place(incoming: Incoming): number {
    const { clientAddress, ranges, record } = this.#parts;
    const address = clientAddress.read(incoming.addressHeader, incoming);
    if (typeof address !== 'string') return ranges.place(address);
    record.clientAddressError(address);
    return -1;
  }

  async #ask(facts: Facts, stores: NonNullable<Decision['ask']>): Promise<Decision> {
    const { policy, states, record } = this.#parts;
    try {
      if (facts.route.kind === 'blob') await states.ask(stores, facts.route.digest);
      const decision = plan(facts, policy, states);
      record.decision(decision, facts);
      return decision;
    } catch (error) {
      return this.#withoutStores(facts, error);
    }
  }

  #recheck(decision: Decision, { route }: Facts): void {
    if (route.kind === 'blob' && decision.recheck !== undefined)
      this.#parts.states.recheck(decision.recheck, route.digest);
  }

  #withoutStores(facts: Facts, error: unknown): Decision {
    const { policy, record, log } = this.#parts;
    record.ownFailure();
    log.error('own-failure', { message: error instanceof Error ? error.message : String(error) });
    const decision = plan(facts, policy, NOTHING_KNOWN);
    record.decision(decision, facts);
    return decision;
  }
}
