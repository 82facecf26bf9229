import type { Claims } from './claims.ts';

/** What came of asking a store for a blob. */
export type StoreAnswer = StatusAnswer | NoAnswer;

/** Why there is no answer. */
export type NoAnswer =
  | {
      readonly kind: 'failure';
      readonly reason: 'connection' | 'tls' | 'timeout';
      /** In words, where more is known than the reason: "connection refused (ECONNREFUSED)". */
      readonly detail?: string;
    }
  /**
   * The process slept through the time-out, closed the checker, or had no file, port or memory left: it says nothing of
   * the store.
   */
  | { readonly kind: 'nothing' };

/** The store answered, whatever it said. */
export interface StatusAnswer extends Claims {
  readonly kind: 'status';
  readonly status: number;
}

/** How a backend is asked: HEAD, GET of the first byte where its HEAD is unreliable, or GET of it all. */
export type CheckMethod = 'head' | 'range' | 'get';

/** Asks stores whether they have a blob. */
export interface StoreChecker {
  /**
   * Asks for a blob by its URL, following no redirect. Never rejects; settles within the time-out.
   *
   * @param accept the media types that will do, as in RFC 9110 §12.5.1; any by default
   */
  check(url: string, method: CheckMethod, accept?: string): Promise<StoreAnswer>;
  /** Ends what is under way, which comes to nothing, and closes what is pooled. */
  close(): void;
}
