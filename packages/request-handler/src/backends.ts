import type { AddressError } from '@archeio/client-address';
import type { Backend, Decision, Facts, Snapshot, Store, Upstream } from '@archeio/redirect';

/** R9a, R12a: a manifest or blob that an upstream is asked for. */
export interface WantedUpstream {
  readonly upstream: Upstream;
  readonly kind: 'manifest' | 'blob';
  /** Within the registry. */
  readonly name: string;
  readonly digest: string;
}

/** What is known of the backends, and the asking that changes it. */
export interface Backends extends Snapshot {
  /** Asks the stores for a blob; resolves within the budget, whatever they do, and never rejects. */
  ask(stores: readonly Store[], digest: string): Promise<void>;
  /** Asks a store behind the answer: what is known is old, or it is due for a trial. */
  recheck(store: Store, digest: string): void;
  /** R9a, R12a: asks an upstream; resolves within the budget, in milliseconds, and never rejects. */
  askUpstream(wanted: WantedUpstream, budget: number): Promise<void>;
  /** The same behind the answer. */
  recheckUpstream(wanted: WantedUpstream): void;
  /** Whether to ask the upstream for a blob that a store has not: no blob was ever found there. */
  takeDoubt(store: Store, digest: string): boolean;
  /** Whether redirects to the store need a signature. */
  isPresigned(store: Store): boolean;
  /** The URL with a signature that is known already. */
  signNow(store: Store, url: string, method: string): string | undefined;
  /** The URL with a signature; undefined where there are no credentials. Never rejects. */
  sign(store: Store, url: string, method: string): Promise<string | undefined>;
  /** The blob's size in bytes, or −1 where the store has not said it. */
  sizeOf(store: Store, digest: string): number;
  /** The date of the inventory by which alone the store counts as not having the blob; milliseconds since 1970. */
  provenAbsentBy(store: Store, digest: string): number | undefined;
}

/** The same, with what only `explain` asks for. */
export interface ExplainedBackends extends Backends {
  /** What the store answered about a blob in words, where that has to be explained, and was seen by this process. */
  seen(store: Store, digest: string): string | undefined;
  /** Why the store's URLs cannot be signed now; undefined where they can, or need no signature. */
  signingTrouble(store: Store): string | undefined;
  /** Checks under way in a store. */
  inFlight(store: Store): number;
}

/** Is told of what was decided. */
export interface DecisionSink {
  /** @param size bytes that the client is going to fetch from the backend; −1 for a HEAD, or where they are not known */
  decision(decision: Decision, facts: Facts, size?: number): void;
  /**
   * A backend that the final decision looked at, healthy or not: it is in use.
   *
   * @param ruledOut whether an inventory alone says that it does not have the blob
   */
  considered(backend: Backend, ruledOut: boolean): void;
  clientAddressError(reason: AddressError): void;
  /** A request says for whom a proxy asks, and no proxy is believed. */
  forwardedIgnored(): void;
  /** A failure of our own: {@link RequestHandler} answered without the stores. */
  ownFailure(error: unknown): void;
}
