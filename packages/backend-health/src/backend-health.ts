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

/** A backend went up or down, for the log. */
export interface HealthChange {
  readonly state: 'up' | 'down';
  readonly why: Cause;
  /** Milliseconds that the state before had lasted; null where it had been so since the start. */
  readonly after: number | null;
}

/** The one owner of what is known about the health of the backends, numbered from 0. */
export class BackendHealth {
  readonly #options: HealthOptions;
  readonly #records: BackendRecord[];

  /** @throws RangeError if a number is out of its range. */
  constructor(backends: number, options: HealthOptions) {
    requireInteger('backends', backends, 0);
    this.#options = checkedOptions(options);
    this.#records = Array.from({ length: backends }, () => UNSEEN);
  }

  /**
   * Whether the backend is to be used at `now` (milliseconds). Allocates nothing.
   *
   * @throws RangeError if there is no such backend; so do the others.
   */
  state(backend: number, now: number): BackendState {
    return stateOf(this.#record(backend), now);
  }

  /** All states at `now`, by backend: what the owner tells other processes, whose clocks differ. */
  states(now: number): BackendState[] {
    return this.#records.map((record) => stateOf(record, now));
  }

  /**
   * The earliest moment after `now` at which a state changes by time alone (down to trial);
   * Infinity where none does.
   */
  nextChange(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (let backend = 0; backend < this.#records.length; backend++)
      next = Math.min(next, this.nextChangeOf(backend, now));
    return next;
  }

  /** The same of one backend. */
  nextChangeOf(backend: number, now: number): number {
    const { breaker, canary } = this.#record(backend);
    return !canary.ejected && breaker.kind === 'open' && breaker.until > now
      ? breaker.until
      : Number.POSITIVE_INFINITY;
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
  ): HealthChange | undefined {
    const before = this.#record(backend);
    const after = afterObservation(before, observation, subject, now, this.#options);
    return this.#replace(backend, before, after);
  }

  /** Takes in what came of a canary at `now` (milliseconds). Returns what changed, for the log. */
  probed(backend: number, outcome: ProbeOutcome, now: number): HealthChange | undefined {
    const before = this.#record(backend);
    return this.#replace(backend, before, afterCanary(before, outcome, now, this.#options));
  }

  /** Whether the caller is the one that may send the trial; true once until its outcome is observed. */
  beginTrial(backend: number, now: number): boolean {
    const record = this.#record(backend);
    if (record.canary.ejected) return false;
    const breaker = beginTrial(record.breaker, now, this.#options.breaker);
    if (breaker === undefined) return false;
    this.#records[backend] = Object.freeze({ ...record, breaker });
    return true;
  }

  /** Whether its canaries took it out: no observation brings it back, only canaries do. */
  ejected(backend: number): boolean {
    return this.#record(backend).canary.ejected;
  }

  /** Whether its last canary failed, or it is ejected; false where none came to anything yet. */
  canaryFailed(backend: number): boolean {
    const { ejected, failures } = this.#record(backend).canary;
    return ejected || failures > 0;
  }

  /** What is known of a backend at `now`, as plain data. */
  describe(backend: number, now: number): BackendDescription {
    return describe(this.#record(backend), now);
  }

  /**
   * The health of the backends of another configuration: each keeps what is known of the one that
   * it was.
   *
   * @param mapping the old number by the new one, −1 for a backend that is new
   * @param options of the new configuration; the same where it says nothing else
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
