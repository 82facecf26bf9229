import type { Claims } from './claims.ts';

/** The result of asking a store for a blob. */
export type StoreAnswer = StatusAnswer | NoAnswer;

/** Why there is no answer. */
export type NoAnswer =
  | {
      readonly kind: 'failure';
      readonly reason: 'connection' | 'tls' | 'timeout';
      /** In words, if more than the reason is known: "connection refused (ECONNREFUSED)". */
      readonly detail?: string;
    }
  /**
   * The process slept through the time-out, closed the checker, or had no file, port or memory left: this says nothing
   * about the store.
   */
  | { readonly kind: 'nothing' };

/** The store answered, with any status. */
export interface StatusAnswer extends Claims {
  readonly kind: 'status';
  readonly status: number;
}

/** How to ask a backend: HEAD, GET of the first byte if its HEAD is unreliable, or GET of everything. */
export type CheckMethod = 'head' | 'range' | 'get';

/** The result of reading the first bytes of a blob. */
export type BodyAnswer = BodyRead | NoAnswer;

/** The store answered; of a 200 or 206, the requested part of the body arrived. */
export interface BodyRead extends Claims {
  readonly kind: 'body';
  readonly status: number;
  /** Bytes of the body that arrived: those requested, or all of a shorter body. 0 for other statuses. */
  readonly received: number;
}

/** Asks stores whether they have a blob. */
export interface StoreChecker {
  /**
   * Asks for a blob by its URL, following no redirect. Never rejects; settles within the time-out.
   *
   * @param accept acceptable media types, as in RFC 9110 §12.5.1; any by default
   */
  check(url: string, method: CheckMethod, accept?: string): Promise<StoreAnswer>;
  /** Ends checks in progress without a result, and closes pooled connections. */
  close(): void;
}

/** Reads blobs too, to detect a store that answers and does not deliver. */
export interface BodyReader extends StoreChecker {
  /**
   * Reads the first bytes of a blob by GET with a Range, following no redirect. A body that ends before them, or before
   * its own Content-Length, is a failure. Never rejects; settles within the time-out.
   *
   * @param bytes at least 1
   */
  read(url: string, bytes: number): Promise<BodyAnswer>;
}
