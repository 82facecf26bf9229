/** What a check found out: 'unknown' is every outcome that is neither a definite yes nor a definite no. */
export type PresenceState = 'present' | 'absent' | 'unknown';

/**
 * What memory says.
 *
 * 'stale' is present, past `presentFor`: to be served, and to be checked again behind the answer.
 * 'unasked' is nothing known: never asked, expired or evicted.
 */
export type Known = PresenceState | 'stale' | 'unasked';

/** The outcome of one check. */
export interface CheckResult {
  readonly state: PresenceState;
  /** Bytes; −1 where the space does not say. */
  readonly size: number;
}
