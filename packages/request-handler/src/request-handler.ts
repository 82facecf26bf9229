import type { ClientAddressReader } from '@archeio/client-address';
import type { Addr } from '@archeio/netip';
import type { Clock } from '@archeio/presence';
import {
  type Decision,
  dependsOnPlace,
  type Facts,
  HOST_UNKNOWN,
  makeFacts,
  plan,
  type Policy,
  PULL_TOKEN,
  pullToken,
  type PullToken,
  type Reason,
  REASONS,
  type Recorder,
  type Store,
  unknownHost,
} from '@archeio/redirect';
import type { Backends, DecisionSink } from './backends.ts';
import { FALLBACK_SNAPSHOT } from './fallback-snapshot.ts';
import { FetchedBlobs } from './fetched-blobs.ts';
import { hostOf, type Incoming, type Target } from './incoming.ts';
import type { PlaceFinder } from './place-finder.ts';
import type { HostRegistries } from './host-registries.ts';
import { LookedAt } from './looked-at.ts';
import type { Observation } from './observation.ts';
import { hasBearerToken } from './pull-token.ts';
import { withRid } from './request-id.ts';
import { wantedOf } from './wanted-upstream.ts';

/** Dependencies and options of a {@link RequestHandler}. */
export interface RequestHandlerDependencies {
  readonly policy: Policy;
  readonly places: PlaceFinder;
  readonly hostRegistries: HostRegistries;
  readonly clientAddress: ClientAddressReader;
  readonly states: Backends;
  readonly record: DecisionSink;
  readonly clock: Clock;
  /** Maximum time that one request waits for all backends, milliseconds. */
  readonly budget: number;
  /** Whether a client with this address may ask for the reason of its answer; undefined if no client may. */
  readonly explainsTo?: ((address: Addr) => boolean) | undefined;
  /** Whether answers carry the ID of their request (default: false). */
  readonly requestIds?: boolean;
  /** Makes a random token; required if the policy gives tokens. */
  readonly createToken?: () => PullToken;
}

/** A decision by {@link FALLBACK_SNAPSHOT}, with the real reason: what that snapshot says of the stores is not true. */
function withReason(decision: Decision, reason: Reason): Decision {
  return decision.rule === 'R12' ? { ...decision, reason } : decision;
}

/**
 * Takes a request from its facts to its decision: route, then client address and place if the answer depends on
 * them, then plan. Returns a known answer at once, and a promise only if a backend must be asked.
 */
export class RequestHandler {
  readonly #dependencies: RequestHandlerDependencies;
  readonly #lookedAt = new LookedAt();
  readonly #fetched: FetchedBlobs;

  /** @throws TypeError if the policy gives tokens and nothing makes them */
  constructor(dependencies: RequestHandlerDependencies) {
    this.#dependencies = dependencies;
    this.#fetched = new FetchedBlobs(dependencies);
    if (this.givesTokens && dependencies.createToken === undefined)
      throw new TypeError('cannot give tokens: createToken is missing');
  }

  /** Name of the header that an adapter must provide, in lower case. */
  get addressHeaderName(): string | undefined {
    return this.#dependencies.clientAddress.header;
  }

  /** Never throws or rejects: an internal error is counted, and the request redirected to the upstream (R12). */
  decide(incoming: Incoming): Decision | Promise<Decision> {
    const { policy, states, clientAddress, record } = this.#dependencies;
    const facts = this.#facts(incoming);
    if (this.givesTokens && facts.route.kind === 'base')
      facts.hasToken = hasBearerToken(incoming.authorization);
    try {
      if (incoming.forwarded === true && clientAddress.header === undefined)
        record.forwardedIgnored();
      if (dependsOnPlace(facts, policy, states)) facts.place = this.#place(incoming);
      const decision = this.#plan(facts);
      if (decision.location === undefined)
        return this.#finish(incoming, facts, this.#completed(decision, incoming));
      this.#recheck(decision, facts);
      if (decision.ask !== undefined || decision.askUpstream !== undefined)
        return this.#afterAsking(incoming, facts, decision);
      return this.#finish(incoming, facts, decision);
    } catch (error) {
      return this.#withoutStores(incoming, facts, error);
    }
  }

  /** The host patterns of all registries. */
  get hosts(): readonly string[] {
    return this.#dependencies.hostRegistries.hosts;
  }

  /** Whether answers carry the ID of their request. */
  get requestIds(): boolean {
    return this.#dependencies.requestIds === true;
  }

  /** Whether clients are asked to fetch tokens, which tie the requests of a pull together. */
  get givesTokens(): boolean {
    return this.#dependencies.policy.token === PULL_TOKEN;
  }

  /** Whether any client may ask for the reason of its answer. */
  get explains(): boolean {
    return this.#dependencies.explainsTo !== undefined;
  }

  /** Whether this request's client may ask for the reason of its answer. Counts no unusable address; never throws. */
  explainsTo(incoming: Incoming): boolean {
    const { clientAddress, explainsTo, record } = this.#dependencies;
    try {
      const address = clientAddress.read(incoming.addressHeader, incoming);
      return typeof address !== 'string' && explainsTo?.(address) === true;
    } catch (error) {
      record.ownFailure(error);
      return false;
    }
  }

  /** The decision for a request that is only explained, from a client with this address. Counts nothing. */
  async explain(
    incoming: Target,
    address: Addr,
    ask: boolean,
    recorder: Recorder,
  ): Promise<{ facts: Facts; decision: Decision }> {
    const { policy, places, states } = this.#dependencies;
    const facts = this.#facts(incoming);
    facts.place = places.place(address);
    if (ask) await this.#ask(facts, plan(facts, policy, states), undefined, true);
    const decision = this.#completed(plan(facts, policy, states, recorder), incoming);
    return { facts, decision };
  }

  /** The facts without the client's place, which not every answer depends on. */
  #facts(incoming: Target): Facts & { place: number; hasToken?: boolean } {
    const { hostRegistries } = this.#dependencies;
    const servedHost = hostRegistries.numberOf(
      hostRegistries.dependOnHost ? hostOf(incoming) : undefined,
    );
    return makeFacts(incoming.method, incoming.target, -1, servedHost);
  }

  /** Adds what is not in the facts to an answer that is not a redirect. */
  #completed(decision: Decision, incoming: Target): Decision {
    if (decision === HOST_UNKNOWN) return unknownHost(hostOf(incoming));
    const { createToken } = this.#dependencies;
    return decision === PULL_TOKEN && createToken ? pullToken(createToken()) : decision;
  }

  #place(incoming: Incoming): number {
    const { clientAddress, places, record } = this.#dependencies;
    const address = clientAddress.read(incoming.addressHeader, incoming);
    if (typeof address === 'string') {
      record.clientAddressError(address);
      return -1;
    }
    incoming.observation?.client(address);
    return places.place(address);
  }

  /** Makes a plan that may be final: {@link #finish} reports the backends that it considered. */
  #plan(facts: Facts): Decision {
    const { policy, states } = this.#dependencies;
    return plan(facts, policy, states, this.#lookedAt.forNextPlan());
  }

  async #afterAsking(incoming: Incoming, facts: Facts, first: Decision): Promise<Decision> {
    try {
      await this.#ask(facts, first, incoming.observation);
      const decision = this.#plan(facts);
      if (first.ask !== undefined && decision.rule === 'R12')
        this.#doubt(first.ask, decision, facts);
      return await this.#finish(incoming, facts, decision);
    } catch (error) {
      return this.#withoutStores(incoming, facts, error);
    }
  }

  /** After answering, asks the upstream for an absent blob if no blob was ever found in a store, whose key may be wrong. */
  #doubt(asked: readonly Store[], { backend }: Decision, facts: Facts): void {
    const { policy, states } = this.#dependencies;
    const { route } = facts;
    if (route.kind !== 'blob' || backend?.kind !== 'upstream') return;
    let doubted = false;
    for (const store of asked) if (states.takeDoubt(store, route.digest)) doubted = true;
    const wanted = doubted ? wantedOf(backend, facts, policy) : undefined;
    if (wanted !== undefined) states.recheckUpstream(wanted);
  }

  /** Asks the stores, then the upstream, if that would be the answer, within one budget. */
  async #ask(
    facts: Facts,
    first: Decision,
    observation: Observation | undefined,
    explained = false,
  ): Promise<void> {
    const { policy, states, clock, budget } = this.#dependencies;
    const until = clock.now() + budget;
    let decision = first;
    if (decision.ask !== undefined && facts.route.kind === 'blob') {
      observation?.asking(decision.ask);
      await states.ask(decision.ask, facts.route.digest, explained);
      observation?.asked();
      decision = plan(facts, policy, states);
    }
    const { askUpstream } = decision;
    const left = until - clock.now();
    if (askUpstream === undefined || left <= 0) return;
    const wanted = wantedOf(askUpstream, facts, policy);
    if (wanted === undefined) return;
    observation?.asking([askUpstream]);
    await states.askUpstream(wanted, left);
    observation?.asked();
  }

  /** Counts the latest decision of {@link #plan}; signs a redirect to a private bucket first. */
  #finish(incoming: Incoming, facts: Facts, planned: Decision): Decision | Promise<Decision> {
    const { record, states } = this.#dependencies;
    const decision = withRid(planned, incoming);
    const { backend, location } = decision;
    this.#lookedAt.tell(record, states, facts.route, incoming.observation);
    if (location !== undefined && backend?.kind === 'store' && states.isPresigned(backend)) {
      const signed = states.signNow(backend, location, incoming.method);
      if (signed === undefined) return this.#sign(incoming, facts, decision, backend, location);
      this.#record(incoming, facts, decision);
      return { ...decision, location: signed };
    }
    this.#record(incoming, facts, decision);
    return decision;
  }

  /** Without credentials, the upstream serves the request (R12). */
  async #sign(
    incoming: Incoming,
    facts: Facts,
    decision: Decision,
    backend: Store,
    location: string,
  ): Promise<Decision> {
    const { states } = this.#dependencies;
    const signed = await states.sign(backend, location, incoming.method);
    if (signed !== undefined) {
      this.#record(incoming, facts, decision);
      return { ...decision, location: signed };
    }
    return this.#fallback(incoming, facts, REASONS.noCredentials);
  }

  /** Counts the decision, and the blob that the client will fetch. */
  #record(
    incoming: Incoming,
    facts: Facts,
    decision: Decision,
    size = this.#fetched.sizeOf(incoming, facts, decision),
  ): void {
    this.#fetched.tell(incoming, facts, decision, size);
    this.#dependencies.record.decision(decision, facts);
    incoming.observation?.decided(decision, facts, size);
  }

  #recheck({ recheck, recheckUpstream }: Decision, facts: Facts): void {
    const { policy, states } = this.#dependencies;
    if (recheck !== undefined && facts.route.kind === 'blob')
      states.recheck(recheck, facts.route.digest);
    if (recheckUpstream === undefined) return;
    const wanted = wantedOf(recheckUpstream, facts, policy);
    if (wanted !== undefined) states.recheckUpstream(wanted);
  }

  #withoutStores(incoming: Incoming, facts: Facts, error: unknown): Decision {
    this.#dependencies.record.ownFailure(error);
    // The states may be what has failed.
    return this.#fallback(incoming, facts, REASONS.internalError, -1);
  }

  /** A redirect to the upstream for this reason, which needs no store. */
  #fallback(incoming: Incoming, facts: Facts, reason: Reason, size?: number): Decision {
    const planned = plan(facts, this.#dependencies.policy, FALLBACK_SNAPSHOT);
    const decision = withRid(withReason(planned, reason), incoming);
    this.#record(incoming, facts, decision, size);
    return decision;
  }
}
