import type { Addr } from '@archeio/netip';
import type { Backend, Decision, Facts, Presence } from '@archeio/redirect';

/**
 * Is told how one request is decided. The handler calls it synchronously, in the order of the methods here, and a method
 * must not throw.
 */
export interface Observation {
  /** The client's address, if the answer depends on where the client is. */
  client(address: Addr): void;
  /** The request begins to wait for backends. They are asked together; a request can wait twice: for stores, then the upstream. */
  asking(backends: readonly Backend[]): void;
  /** The backends have answered, or the time is up. */
  asked(): void;
  /** A backend that the final plan considered, in order of preference. */
  considered(backend: Backend, presence: Presence | undefined): void;
  /**
   * The final decision. Called once.
   *
   * @param size bytes of the blob; −1 if no backend has stated it
   */
  decided(decision: Decision, facts: Facts, size: number): void;
}
