export interface CanaryOptions {
  /** Consecutive failed canaries that eject the backend. */
  readonly failures: number;
  /** Consecutive passed canaries that bring it back, and close an open breaker. */
  readonly passes: number;
}

/**
 * Outcome of a canary. nothing: inconclusive (a frozen process, a blob that was deleted). none: there is no blob to
 * probe the backend with.
 */
export type ProbeOutcome = 'pass' | 'fail' | 'nothing' | 'none';

/** The canary results of one backend, as an immutable value. */
export interface Canary {
  readonly ejected: boolean;
  /** Consecutive failed canaries. */
  readonly failures: number;
  /** Consecutive passed canaries, counted only as far as needed. */
  readonly passes: number;
}

/** A backend without canaries so far. */
export const UNPROBED: Canary = Object.freeze({ ejected: false, failures: 0, passes: 0 });

/** The canary state after an outcome; the same object if nothing changes. */
export function afterProbe(
  canary: Canary,
  outcome: ProbeOutcome,
  { failures, passes }: CanaryOptions,
): Canary {
  switch (outcome) {
    case 'pass':
      return afterPass(canary, passes);
    case 'fail': {
      const inRow = canary.failures + 1;
      const ejected = canary.ejected || inRow >= failures;
      return Object.freeze({ ejected, failures: inRow, passes: 0 });
    }
    case 'nothing':
      return canary;
    case 'none':
      // On probation: once it can be probed again, one failure ejects it.
      return canary.ejected
        ? Object.freeze({ ejected: false, failures: failures - 1, passes: 0 })
        : canary;
  }
}

/** The canary state after the backend went down for another reason: earlier passes no longer count. */
export function withoutPasses(canary: Canary): Canary {
  return canary.passes === 0 ? canary : Object.freeze({ ...canary, passes: 0 });
}

function afterPass(canary: Canary, needed: number): Canary {
  const passes = Math.min(canary.passes + 1, needed);
  const ejected = canary.ejected && passes < needed;
  if (passes === canary.passes && ejected === canary.ejected && canary.failures === 0) {
    return canary;
  }
  return Object.freeze({ ejected, failures: 0, passes });
}
