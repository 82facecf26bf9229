import type { HealthOptions } from './backend-record.ts';

/**
 * A frozen copy of the options.
 *
 * @throws RangeError if a number is out of range
 */
export function checkedOptions({ breaker, canary }: HealthOptions): HealthOptions {
  requireInteger('failures', breaker.failures, 1);
  if (!(breaker.openFor > 0 && Number.isFinite(breaker.openFor))) {
    throw new RangeError(`cannot use openFor "${breaker.openFor}": must be milliseconds above 0`);
  }
  requireInteger('canary failures', canary.failures, 1);
  requireInteger('canary passes', canary.passes, 1);
  return Object.freeze({
    breaker: Object.freeze({ failures: breaker.failures, openFor: breaker.openFor }),
    canary: Object.freeze({ failures: canary.failures, passes: canary.passes }),
  });
}

/** @throws RangeError if the value is not an integer, or is less than `least` */
export function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`cannot use ${name} "${value}": must be an integer, at least ${least}`);
  }
}
