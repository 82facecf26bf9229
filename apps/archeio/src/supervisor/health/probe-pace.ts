/** Milliseconds. */
const LEAST_CONFIRMATION = 250;

/** Canaries of an ejected backend that come at the pace of a confirmation, before they become rarer. */
const HURRIED_FAILURES = 3;

/** How a backend stood after its last canary. */
export interface Standing {
  readonly state: 'up' | 'down' | 'trial';
  readonly outcome: 'pass' | 'fail' | 'nothing';
  /** Canaries in a row that failed while it was ejected. */
  readonly failedEjected: number;
}

/** Milliseconds until an outcome is to be confirmed: a tenth of the interval. */
export function confirmAfter(every: number): number {
  return Math.min(every, Math.max(LEAST_CONFIRMATION, every / 10));
}

/**
 * Milliseconds until the next canary. What is well is asked every interval. What failed, or is on its way back, is
 * asked a tenth of it later, so that ejection and return happen within one interval; what stays ejected is asked every
 * half interval, which leaves room in one interval for the passes that bring it back.
 *
 * @param every milliseconds between the canaries of a backend that is well
 * @param random 0 to 1, for a pause up to a fifth shorter: canaries of many processes drift apart
 */
export function nextProbeAfter(standing: Standing, every: number, random: number): number {
  return (1 - random / 5) * pause(standing, every);
}

function pause({ state, outcome, failedEjected }: Standing, every: number): number {
  const confirmation = confirmAfter(every);
  if (outcome === 'pass') return state === 'up' ? every : confirmation;
  if (failedEjected > HURRIED_FAILURES) return Math.max(confirmation, every / 2);
  return confirmation;
}
