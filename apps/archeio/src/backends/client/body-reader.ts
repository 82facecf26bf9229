import type { Claims } from './claims.ts';
import type { NoAnswer } from './store-checker.ts';

/** What came of reading a blob's first bytes. */
export type BodyAnswer = BodyRead | NoAnswer;

/** The store answered, and of a 200 or 206 the body came as far as it was wanted. */
export interface BodyRead extends Claims {
  readonly kind: 'body';
  readonly status: number;
  /** Bytes of the body that came: those wanted, or all of a shorter body. 0 for other statuses. */
  readonly received: number;
}

/** Reads blobs, so that a store is found out that answers and does not deliver. */
export interface BodyReader {
  /**
   * Asks for the first bytes of a blob by GET with a Range, following no redirect, and reads them. A body that is
   * cut before they came, or before its own Content-Length, is a failure. Never rejects; settles within the time-out.
   *
   * @param bytes at least 1
   */
  read(url: string, bytes: number): Promise<BodyAnswer>;
  /** Ends what is under way, which comes to nothing, and closes what is pooled. */
  close(): void;
}
