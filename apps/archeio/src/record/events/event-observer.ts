import type { Addr } from '@archeio/netip';
import type { Place } from '@archeio/clouds';
import type { Configuration } from '@archeio/configuration';
import { type Backend, type Decision, type Facts, type Presence, REASONS } from '@archeio/redirect';
import { hostOf } from '@archeio/request-handler';
import { readHeader } from '../../http/header-lines.ts';
import type {
  ObservedRequest,
  RequestObservation,
  RequestObserver,
} from '../../http/request-observer.ts';
import { CLIENT_TEXTS } from './client-text.ts';
import type { EventSender } from './event-sender.ts';

/** Observations kept for further requests. */
const SPARE = 256;

/** Options and dependencies of an {@link EventObserver}. */
export interface EventObserverDependencies {
  readonly events: Pick<NonNullable<Configuration['events']>, 'sample' | 'always' | 'client'>;
  /** The client's place, by its number in facts. */
  readonly places: readonly Place[];
  /** Backends that are never asked what they have. */
  readonly unasked: ReadonlySet<Backend>;
  /** Numbers from 0 to below 1, evenly distributed. */
  readonly random: () => number;
  readonly sender: Pick<EventSender, 'add'>;
}

/** Selects the requests whose decisions are written, under one configuration. */
export class EventObserver implements RequestObserver {
  readonly dependencies: EventObserverDependencies;
  /** Weight of a request in the sample. */
  readonly weight: number;
  readonly clientText: ((address: Addr) => string) | undefined;
  readonly #sample: number;
  readonly #errors: boolean;
  /** Observations that are over, so that a request that is not written leaves no garbage. */
  readonly #spare: EventObservation[] = [];

  constructor(dependencies: EventObserverDependencies) {
    const { sample, always, client } = dependencies.events;
    this.dependencies = dependencies;
    this.weight = 1 / sample;
    this.clientText = CLIENT_TEXTS[client];
    this.#sample = sample;
    this.#errors = always.includes('errors');
  }

  observe(request: ObservedRequest): RequestObservation | undefined {
    const isSampled = this.dependencies.random() < this.#sample;
    if (!isSampled && !this.#errors) return undefined;
    const observation = this.#spare.pop() ?? new EventObservation(this);
    observation.begin(request, isSampled);
    return observation;
  }

  /** The weight of a request's event; 0 if it is not written. */
  weightOf(isSampled: boolean, status: number, { reason }: Decision): number {
    // The challenge is a step of a pull that works.
    const isError =
      reason.code === REASONS.internalError.code ||
      (status >= 400 && reason.code !== REASONS.tokenChallenge.code);
    if (this.#errors && isError) return 1;
    return isSampled ? this.weight : 0;
  }

  /** Takes back an observation that is over. */
  release(observation: EventObservation): void {
    if (this.#spare.length < SPARE) this.#spare.push(observation);
  }
}

/** Collects what is written of one request after another. */
class EventObservation implements RequestObservation {
  readonly #observer: EventObserver;
  #request: ObservedRequest | undefined;
  #isSampled = false;
  #client: Addr | undefined;
  readonly #backends: Backend[] = [];
  readonly #presences: (Presence | undefined)[] = [];
  #count = 0;
  #decision: Decision | undefined;
  #facts: Facts | undefined;
  #size = -1;

  constructor(observer: EventObserver) {
    this.#observer = observer;
  }

  begin(request: ObservedRequest, isSampled: boolean): void {
    this.#request = request;
    this.#isSampled = isSampled;
  }

  client(address: Addr): void {
    this.#client = address;
  }

  asking(): void {
    // An event says what was known in the end.
  }

  asked(): void {
    // The same.
  }

  considered(backend: Backend, presence: Presence | undefined): void {
    this.#backends[this.#count] = backend;
    this.#presences[this.#count++] = presence;
  }

  decided(decision: Decision, facts: Facts, size: number): void {
    this.#decision = decision;
    this.#facts = facts;
    this.#size = size;
  }

  answered(status: number, milliseconds: number): void {
    const observer = this.#observer;
    const decision = this.#decision;
    const weight =
      decision === undefined ? 0 : observer.weightOf(this.#isSampled, status, decision);
    if (weight > 0) this.#add(status, milliseconds, weight);
    this.#request = undefined;
    this.#client = undefined;
    this.#count = 0;
    this.#decision = undefined;
    this.#facts = undefined;
    observer.release(this);
  }

  #add(status: number, milliseconds: number, weight: number): void {
    const request = this.#request;
    const decision = this.#decision;
    const facts = this.#facts;
    if (request === undefined || decision === undefined || facts === undefined) return;
    const { incoming, headers, began, requestId, pull, traceId } = request;
    const { clientText, dependencies } = this.#observer;
    const place: Place | undefined = dependencies.places[facts.place];
    dependencies.sender.add({
      began,
      host: hostOf(incoming),
      method: incoming.method,
      decision,
      facts,
      considered: this.#backends
        .slice(0, this.#count)
        .map((backend, at) => [backend, this.#presences[at]] as const),
      size: this.#size,
      cloud: place?.cloud,
      region: place?.region,
      status,
      milliseconds,
      range: readHeader(headers, 'range'),
      weight,
      requestId,
      pull,
      traceId,
      userAgent: readHeader(headers, 'user-agent'),
      client: this.#client === undefined ? undefined : clientText?.(this.#client),
      unasked: dependencies.unasked,
    });
  }
}
