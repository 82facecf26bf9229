import type { Incoming, Observation } from '@archeio/request-handler';

/** A request as its observers see it when it arrives. */
export interface ObservedRequest {
  readonly incoming: Incoming;
  /** Raw header lines `[name, value, …]`. */
  readonly headers: readonly string[];
  /** Time of arrival, in milliseconds of the clock. */
  readonly began: number;
  /** Undefined unless the configuration gives requests an ID. */
  readonly requestId: string | undefined;
  /** ID that the requests of one pull share; undefined without a token, and unless the configuration gives tokens. */
  readonly pull?: string | undefined;
  /** Set by the observer that traces, before the others see the request. */
  traceId: string | undefined;
}

/** Is told how one request is decided and answered. Its methods must not throw. */
export interface RequestObservation extends Observation {
  /** The answer has been handed over. Called once, last. */
  answered(status: number, milliseconds: number): void;
}

/** Selects the requests to record. Not asked about a request that is refused without a decision. */
export interface RequestObserver {
  /** Undefined if the request is not recorded. Must not throw. */
  observe(request: ObservedRequest): RequestObservation | undefined;
}
