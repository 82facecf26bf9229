import type { Addr } from '@archeio/netip';
import type { Backend, Decision, Facts, Presence } from '@archeio/redirect';
import type {
  ObservedRequest,
  RequestObservation,
  RequestObserver,
} from '../http/request-observer.ts';

/** Several observations of one request. */
class Observations implements RequestObservation {
  readonly #each: readonly RequestObservation[];

  constructor(each: readonly RequestObservation[]) {
    this.#each = each;
  }

  client(address: Addr): void {
    for (const each of this.#each) each.client(address);
  }

  asking(backends: readonly Backend[]): void {
    for (const each of this.#each) each.asking(backends);
  }

  asked(): void {
    for (const each of this.#each) each.asked();
  }

  considered(backend: Backend, presence: Presence | undefined): void {
    for (const each of this.#each) each.considered(backend, presence);
  }

  decided(decision: Decision, facts: Facts, size: number): void {
    for (const each of this.#each) each.decided(decision, facts, size);
  }

  answered(status: number, milliseconds: number): void {
    for (const each of this.#each) each.answered(status, milliseconds);
  }
}

/** Asks several observers about each request, in their order. */
class Observers implements RequestObserver {
  readonly #observers: readonly RequestObserver[];

  constructor(observers: readonly RequestObserver[]) {
    this.#observers = observers;
  }

  observe(request: ObservedRequest): RequestObservation | undefined {
    let first: RequestObservation | undefined;
    let all: RequestObservation[] | undefined;
    for (const observer of this.#observers) {
      const observation = observer.observe(request);
      if (observation === undefined) continue;
      if (first === undefined) first = observation;
      else if (all === undefined) all = [first, observation];
      else all.push(observation);
    }
    return all === undefined ? first : new Observations(all);
  }
}

/** Observers as one, called in their order; undefined if there is none. */
export function observerOf(observers: readonly RequestObserver[]): RequestObserver | undefined {
  return observers.length > 1 ? new Observers(observers) : observers[0];
}
