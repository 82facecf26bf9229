/** Minimum of {@link confirmAfter}, in milliseconds. */
const LEAST_CONFIRMATION = 250;

/** Number of failed canaries of an ejected backend after which its canaries become rarer. */
const HURRIED_FAILURES = 3;

/** State of a backend after its last canary. */
interface Standing {
  readonly state: 'up' | 'down' | 'trial';
  readonly outcome: 'pass' | 'fail' | 'nothing';
  /** Number of consecutive canaries that failed while it was ejected. */
  readonly failedEjected: number;
}

/** Milliseconds after which an outcome is confirmed: a tenth of the interval. */
export function confirmAfter(every: number): number {
  return Math.min(every, Math.max(LEAST_CONFIRMATION, every / 10));
}

/**
 * Milliseconds until the next canary. A healthy backend is probed once per interval. One that has failed or is about to
 * return is probed after a tenth of it, so that ejection and return take at most one interval. One that stays ejected is
 * probed every half interval, so that the passes that bring it back fit into one.
 *
 * @param every the interval, in milliseconds
 * @param random 0 to 1; shortens the delay by up to a fifth, so that many processes do not probe at the same time
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
