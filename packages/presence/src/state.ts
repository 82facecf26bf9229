/** The result of a check; 'unknown' is any outcome that is neither a definite yes nor a definite no. */
export type PresenceState = 'present' | 'absent' | 'unknown';

/**
 * What memory knows.
 *
 * 'stale' is a `present` older than `presentFor`: serve it, and check it again in the background. 'unasked' means
 * nothing is known: never asked, expired or evicted.
 */
export type Known = PresenceState | 'stale' | 'unasked';

/** The outcome of one check. */
export interface CheckResult {
  readonly state: PresenceState;
  /** Bytes; −1 if the space does not state the size. */
  readonly size: number;
  /**
   * Milliseconds since the space gave the answer, if a cache kept it or another process got it: that much less of its
   * lifetime is left, and it does not show that the space answers in time now.
   */
  readonly age?: number;
}
