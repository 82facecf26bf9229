import type { AddressError } from '@archeio/client-address';
import type { Backend, Decision, Facts, Snapshot, Store, Upstream } from '@archeio/redirect';

/** R9a, R12a: a manifest or blob to ask an upstream for. */
export interface WantedUpstream {
  readonly upstream: Upstream;
  readonly kind: 'manifest' | 'blob';
  /** Within the registry. */
  readonly name: string;
  readonly digest: string;
}

/** The state of the backends, and the requests that update it. */
export interface Backends extends Snapshot {
  /**
   * Asks the stores for a blob; resolves within the budget in any case, and never rejects.
   *
   * @param explained whether this only explains a request: no other instance learns of it
   */
  ask(stores: readonly Store[], digest: string, explained?: boolean): Promise<void>;
  /** Asks a store after answering, because its last answer is old or it is due for a trial. */
  recheck(store: Store, digest: string): void;
  /** R9a, R12a: asks an upstream; resolves within the budget, in milliseconds, and never rejects. */
  askUpstream(wanted: WantedUpstream, budget: number): Promise<void>;
  /** Asks an upstream after answering. */
  recheckUpstream(wanted: WantedUpstream): void;
  /** Whether to ask the upstream for a blob that a store lacks, because no blob was ever found there. */
  takeDoubt(store: Store, digest: string): boolean;
  /** Whether redirects to the store need a signature. */
  isPresigned(store: Store): boolean;
  /** The URL with a remembered signature. */
  signNow(store: Store, url: string, method: string): string | undefined;
  /** The URL with a signature; undefined if there are no credentials. Never rejects. */
  sign(store: Store, url: string, method: string): Promise<string | undefined>;
  /** The size in bytes of a blob at a backend, as a store has stated it; −1 if none has. */
  sizeOf(backend: Backend, digest: string): number;
  /** Date of the inventory, if it alone makes the blob absent in the store; milliseconds since 1970. */
  provenAbsentBy(store: Store, digest: string): number | undefined;
}

/** Backends that can also be explained. */
export interface ExplainedBackends extends Backends {
  /** Describes the store's answer about a blob, if it needs an explanation and this process saw it. */
  seen(store: Store, digest: string): string | undefined;
  /** Whether another instance asked the store for what is known of a blob. */
  isShared(store: Store, digest: string): boolean;
  /** Why the store's URLs cannot be signed now; undefined if they can, or need no signature. */
  signingTrouble(store: Store): string | undefined;
  /** Number of checks in progress for a store. */
  inFlight(store: Store): number;
}

/** Receives decisions. */
export interface DecisionSink {
  decision(decision: Decision, facts: Facts): void;
  /**
   * A client fetches a blob from a backend.
   *
   * @param bytes from the offset of its Range on; −1 if the size of the blob is not known
   * @param upstream the upstream that would have sent them without stores; undefined if no upstream has a price
   */
  fetched(backend: Backend, facts: Facts, bytes: number, upstream?: Upstream): void;
  /**
   * A backend that the final decision considered, healthy or not: it is in use.
   *
   * @param ruledOut whether an inventory alone says that it does not have the blob
   */
  considered(backend: Backend, ruledOut: boolean): void;
  clientAddressError(reason: AddressError): void;
  /** Counts a request with a forwarding header that is ignored. */
  forwardedIgnored(): void;
  /** An internal error: {@link RequestHandler} answered without the stores. */
  ownFailure(error: unknown): void;
}
