import {
  afterCanary,
  afterObservation,
  stateOf,
  UNSEEN,
  type BackendRecord,
  type BackendState,
  type Cause,
  type HealthOptions,
} from './backend-record.ts';
import { beginTrial } from './breaker.ts';
import type { ProbeOutcome } from './canary.ts';
import { describe, type BackendDescription } from './description.ts';
import { checkedOptions, requireInteger } from './options.ts';
import type { Observation } from './observation.ts';

/** A change between up and down, for the log. */
export interface HealthChange {
  readonly state: 'up' | 'down';
  readonly why: Cause;
  /** Duration of the previous state in milliseconds; null if it had lasted since the start. */
  readonly after: number | null;
}

/** The single owner of the health state of all backends, numbered from 0. */
export class BackendHealth {
  readonly #options: HealthOptions;
  readonly #records: BackendRecord[];

  /** @throws RangeError if a number is out of range. */
  constructor(backends: number, options: HealthOptions) {
    requireInteger('backends', backends, 0);
    this.#options = checkedOptions(options);
    this.#records = Array.from({ length: backends }, () => UNSEEN);
  }

  /**
   * Whether to use the backend at `now` (milliseconds). Allocates nothing.
   *
   * @throws RangeError if there is no such backend; the other methods do so too.
   */
  state(backend: number, now: number): BackendState {
    return stateOf(this.#record(backend), now);
  }

  /** All states at `now`, by backend, for other processes, whose clocks differ. */
  states(now: number): BackendState[] {
    return this.#records.map((record) => stateOf(record, now));
  }

  /**
   * The earliest moment after `now` at which a state changes by time alone (down to trial); Infinity if there is none.
   */
  nextChange(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (let backend = 0; backend < this.#records.length; backend++)
      next = Math.min(next, this.nextChangeOf(backend, now));
    return next;
  }

  /** The same, for one backend. */
  nextChangeOf(backend: number, now: number): number {
    const { breaker, canary } = this.#record(backend);
    return !canary.ejected && breaker.kind === 'open' && breaker.until > now
      ? breaker.until
      : Number.POSITIVE_INFINITY;
  }

  /**
   * Records an observation of a backend at `now` (milliseconds). The subject is what was requested from it (a digest):
   * repeated failures of one subject count once. Returns the change, for the log.
   */
  observe(
    backend: number,
    observation: Observation,
    subject: string,
    now: number,
  ): HealthChange | undefined {
    const before = this.#record(backend);
    const after = afterObservation(before, observation, subject, now, this.#options);
    return this.#replace(backend, before, after);
  }

  /** Records the outcome of a canary at `now` (milliseconds). Returns the change, for the log. */
  probed(backend: number, outcome: ProbeOutcome, now: number): HealthChange | undefined {
    const before = this.#record(backend);
    return this.#replace(backend, before, afterCanary(before, outcome, now, this.#options));
  }

  /** Whether the caller may send the trial; true once until its outcome is observed. */
  beginTrial(backend: number, now: number): boolean {
    const record = this.#record(backend);
    if (record.canary.ejected) return false;
    const breaker = beginTrial(record.breaker, now, this.#options.breaker);
    if (breaker === undefined) return false;
    this.#records[backend] = Object.freeze({ ...record, breaker });
    return true;
  }

  /** Whether canaries ejected the backend: observations do not bring it back, only canaries do. */
  ejected(backend: number): boolean {
    return this.#record(backend).canary.ejected;
  }

  /** Whether its last canary failed, or it is ejected; false before the first outcome. */
  canaryFailed(backend: number): boolean {
    const { ejected, failures } = this.#record(backend).canary;
    return ejected || failures > 0;
  }

  /** The state of a backend at `now`, as plain data. */
  describe(backend: number, now: number): BackendDescription {
    return describe(this.#record(backend), now);
  }

  /**
   * The health of the backends after a configuration change; backends that remain keep their state.
   *
   * @param mapping old number by new number, −1 for a new backend
   * @param options of the new configuration; unchanged if omitted
   */
  transferred(mapping: readonly number[], options: HealthOptions = this.#options): BackendHealth {
    const next = new BackendHealth(mapping.length, options);
    for (let backend = 0; backend < mapping.length; backend++) {
      const old = mapping[backend];
      if (old !== -1) next.#records[backend] = this.#record(old);
    }
    return next;
  }

  #replace(backend: number, before: BackendRecord, after: BackendRecord): HealthChange | undefined {
    this.#records[backend] = after;
    if (after.history === before.history) return undefined;
    const last = after.history.at(-1);
    const previous = before.history.at(-1);
    return (
      last && { state: last.state, why: last.why, after: previous ? last.at - previous.at : null }
    );
  }

  #record(backend: number): BackendRecord {
    const record = this.#records[backend];
    if (record === undefined) {
      throw new RangeError(
        `cannot use backend "${backend}": must be an integer from 0 to ${this.#records.length - 1}`,
      );
    }
    return record;
  }
}
