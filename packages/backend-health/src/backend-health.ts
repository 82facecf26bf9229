import { beginTrial, breakerState, CLOSED, observe } from './breaker.ts';
import type { BackendState, Breaker, BreakerOptions } from './breaker.ts';
import type { Observation } from './observation.ts';

/** What an observation brought about: a first opening, another after a failed trial, or the closing. */
export type Transition = 'opened' | 'reopened' | 'closed';

/** The one owner of what is known about the health of the backends, numbered from 0. */
export class BackendHealth {
  readonly #options: BreakerOptions;
  readonly #breakers: Breaker[];

  /** @throws RangeError if a number is out of its range. */
  constructor(backends: number, options: BreakerOptions) {
    requireInteger('backends', backends, 0);
    requireInteger('failures', options.failures, 1);
    if (!(options.openFor > 0 && Number.isFinite(options.openFor))) {
      throw new RangeError(`cannot use openFor "${options.openFor}": must be milliseconds above 0`);
    }
    this.#options = Object.freeze({ failures: options.failures, openFor: options.openFor });
    this.#breakers = Array.from({ length: backends }, () => CLOSED);
  }

  /**
   * Whether the backend is to be used at `now` (milliseconds). Allocates nothing.
   *
   * @throws RangeError if there is no such backend; so do the others.
   */
  state(backend: number, now: number): BackendState {
    return breakerState(this.#breaker(backend), now);
  }

  /**
   * Takes in what was seen of a backend at `now` (milliseconds). The subject is what it was asked
   * for (a digest): a subject that fails again counts once. Returns what changed, for the log.
   */
  observe(
    backend: number,
    observation: Observation,
    subject: string,
    now: number,
  ): Transition | undefined {
    const before = this.#breaker(backend);
    const after = observe(before, observation, subject, now, this.#options);
    this.#breakers[backend] = after;
    return transition(before, after, observation);
  }

  /** Whether the caller is the one that may send the trial; true once until its outcome is observed. */
  beginTrial(backend: number, now: number): boolean {
    const trial = beginTrial(this.#breaker(backend), now, this.#options);
    if (trial === undefined) return false;
    this.#breakers[backend] = trial;
    return true;
  }

  #breaker(backend: number): Breaker {
    const breaker = this.#breakers[backend];
    if (breaker === undefined) {
      throw new RangeError(
        `cannot use backend "${backend}": must be an integer from 0 to ${this.#breakers.length - 1}`,
      );
    }
    return breaker;
  }
}

function transition(
  before: Breaker,
  after: Breaker,
  observation: Observation,
): Transition | undefined {
  if (before.kind === after.kind || observation === 'nothing') return undefined;
  if (after.kind === 'closed') return 'closed';
  return before.kind === 'closed' ? 'opened' : 'reopened';
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`cannot use ${name} "${value}": must be an integer, at least ${least}`);
  }
}
