import type { Clock } from './clock.ts';
import type { CheckResult, PresenceState } from './state.ts';

/** Keys are compared by value, so that equal keys share a check. */
export type PresenceKey = string | number | bigint;

/** Asks a space for a key. `undefined` means no answer, and is not remembered. */
export type Check<Key> = (space: number, key: Key) => Promise<CheckResult | undefined>;

/** A request that waits for checks. */
export interface Waiter {
  /** Called once per check: with its outcome, or with 'unknown' when waiting is over. */
  settle(state: PresenceState): void;
}

/** The result of requesting a check: the waiter waits, the check runs in the background, or it was refused. */
export type Begun = 'waiting' | 'behind' | 'refused';

export interface ChecksOptions<Key> {
  readonly check: Check<Key>;
  readonly clock: Clock;
  /** After this time without an answer, a check makes its space late; milliseconds. */
  readonly budget: number;
  /** Maximum number of concurrent checks per space. */
  readonly inFlight: number;
  /** The late spaces; other checks may share them. */
  readonly late: Set<number>;
  /** Called with every answer, including late ones. */
  readonly learn: (space: number, key: Key, result: CheckResult) => void;
}

interface Flight {
  overdue: boolean;
  waiters: Waiter[];
}

interface Space<Key> {
  readonly flights: Map<Key, Flight>;
}

/** A timer that fires this many milliseconds late indicates a frozen process, not a slow space. */
const FROZEN = 1000;

const FAILED: CheckResult = Object.freeze({ state: 'unknown', size: -1 });

/**
 * The checks in flight: one per space and key, shared by all callers, and bounded per space.
 *
 * A space becomes late when one of its checks goes unanswered for the budget, and stays late until it gives a definite
 * answer. Requests do not wait for a late space, but its checks still run, so that its recovery is noticed.
 */
export class Checks<Key extends PresenceKey> {
  readonly #options: ChecksOptions<Key>;
  readonly #spaces = new Map<number, Space<Key>>();
  #refused = 0;

  constructor(options: ChecksOptions<Key>) {
    this.#options = options;
  }

  /** Checks refused because too many were in flight in their space. */
  get refused(): number {
    return this.#refused;
  }

  /** Number of checks in flight in a space. */
  inFlight(space: number): number {
    return this.#spaces.get(space)?.flights.size ?? 0;
  }

  isLate(space: number): boolean {
    return this.#options.late.has(space);
  }

  /** Ignores the results of checks in flight in a space; a new check of the same key asks again. */
  forget(space: number): void {
    this.#spaces.delete(space);
    this.#options.late.delete(space);
  }

  /** Starts or joins the check of a key in a space, with or without a waiter. */
  begin(spaceNumber: number, key: Key, waiter?: Waiter): Begun {
    const space = this.#spaceOf(spaceNumber);
    const flight = space.flights.get(key) ?? this.#start(spaceNumber, space, key);
    if (flight === undefined) return 'refused';
    if (waiter === undefined || this.#options.late.has(spaceNumber) || flight.overdue)
      return 'behind';
    flight.waiters.push(waiter);
    return 'waiting';
  }

  #spaceOf(spaceNumber: number): Space<Key> {
    let space = this.#spaces.get(spaceNumber);
    if (space === undefined) {
      space = { flights: new Map() };
      this.#spaces.set(spaceNumber, space);
    }
    return space;
  }

  #start(spaceNumber: number, space: Space<Key>, key: Key): Flight | undefined {
    if (space.flights.size >= this.#options.inFlight) {
      this.#refused++;
      return undefined;
    }
    const flight: Flight = { overdue: false, waiters: [] };
    space.flights.set(key, flight);
    void this.#run(spaceNumber, space, key, flight);
    return flight;
  }

  async #run(spaceNumber: number, space: Space<Key>, key: Key, flight: Flight): Promise<void> {
    const { clock, budget, check, learn } = this.#options;
    const due = clock.now() + budget;
    const cancel = clock.after(budget, () => {
      const frozen = clock.now() - due > FROZEN;
      flight.overdue = true;
      if (frozen) release([flight]);
      else this.#makeLate(spaceNumber, space);
    });
    let result: CheckResult | undefined = FAILED;
    try {
      result = await check(spaceNumber, key);
    } catch {
      // A rejected check is an unknown answer.
    }
    cancel();
    space.flights.delete(key);
    if (result !== undefined) {
      // The number of a forgotten space may have been reused.
      if (this.#spaces.get(spaceNumber) === space) {
        if (result.state !== 'unknown' && result.age === undefined)
          this.#options.late.delete(spaceNumber);
        learn(spaceNumber, key, result);
      }
    }
    for (const waiter of flight.waiters) waiter.settle(result?.state ?? 'unknown');
  }

  #makeLate(spaceNumber: number, space: Space<Key>): void {
    if (this.#spaces.get(spaceNumber) === space) this.#options.late.add(spaceNumber);
    release([...space.flights.values()]);
  }
}

/** Tells all waiters of these checks to stop waiting. */
function release(flights: readonly Flight[]): void {
  for (const flight of flights) {
    const waiters = flight.waiters;
    flight.waiters = [];
    for (const waiter of waiters) waiter.settle('unknown');
  }
}
