export interface CanaryOptions {
  /** So many failed canaries in a row eject the backend. */
  readonly failures: number;
  /** So many passed canaries in a row bring it back, and close an open breaker. */
  readonly passes: number;
}

/**
 * What came of a canary. nothing: it cannot be told (a frozen process, a blob that went away).
 * none: there is nothing to probe the backend with.
 */
export type ProbeOutcome = 'pass' | 'fail' | 'nothing' | 'none';

/** What the canaries of one backend have said, as a value. */
export interface Canary {
  readonly ejected: boolean;
  /** Failed canaries in a row. */
  readonly failures: number;
  /** Passed canaries in a row, counted no further than is needed. */
  readonly passes: number;
}

/** A backend that no canary has visited. */
export const UNPROBED: Canary = Object.freeze({ ejected: false, failures: 0, passes: 0 });

/** The canary after an outcome; the same object where nothing changes. */
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
      // On probation: once there is something to probe with again, one failure ejects it.
      return canary.ejected
        ? Object.freeze({ ejected: false, failures: failures - 1, passes: 0 })
        : canary;
  }
}

/** The canary once its backend went down for another reason: passes from before count no longer. */
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
