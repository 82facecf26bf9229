import type { Clock } from './clock.ts';
import type { CheckResult, PresenceState } from './state.ts';

/** Keys that are compared by value, so that equal keys share a check. */
export type PresenceKey = string | number | bigint;

/** Asks a space for a key. `undefined` counts as nothing: no answer, and nothing to remember. */
export type Check<Key> = (space: number, key: Key) => Promise<CheckResult | undefined>;

/** One who waits for a check. */
export interface Waiter {
  /** Called once for each check waited for: with its outcome, or with 'unknown' when waiting is over. */
  settle(state: PresenceState): void;
}

/** What became of a wish to check: the waiter waits, or a check runs behind the answer, or none was begun. */
export type Begun = 'waiting' | 'behind' | 'refused';

export interface ChecksOptions<Key> {
  readonly check: Check<Key>;
  readonly clock: Clock;
  /** Milliseconds after which an unanswered check makes its space late. */
  readonly budget: number;
  /** How many checks may be under way in one space. */
  readonly inFlight: number;
  /** Takes in every answer, late ones too. */
  readonly learn: (space: number, key: Key, result: CheckResult) => void;
}

interface Flight {
  overdue: boolean;
  waiters: Waiter[];
}

interface Space<Key> {
  late: boolean;
  readonly flights: Map<Key, Flight>;
}

/** A timer that fires so many milliseconds late tells of a frozen process, not of a slow space. */
const FROZEN = 1000;

const FAILED: CheckResult = Object.freeze({ state: 'unknown', size: -1 });

/**
 * The checks under way: one for each space and key, shared by all who ask; a bounded number a space.
 *
 * A space is late from the moment a check on it has gone unanswered for the budget until it gives a
 * definite answer. Nobody waits for a late space, but its checks are begun, so that it is noticed
 * when it answers again.
 */
export class Checks<Key extends PresenceKey> {
  readonly #options: ChecksOptions<Key>;
  readonly #spaces = new Map<number, Space<Key>>();
  #refused = 0;

  constructor(options: ChecksOptions<Key>) {
    this.#options = options;
  }

  /** Checks refused because too many were under way in their space. */
  get refused(): number {
    return this.#refused;
  }

  /** Checks under way in a space. */
  inFlight(space: number): number {
    return this.#spaces.get(space)?.flights.size ?? 0;
  }

  isLate(space: number): boolean {
    return this.#spaces.get(space)?.late ?? false;
  }

  /** What is under way in a space is not learned, and a new check of the same key asks again. */
  forget(space: number): void {
    this.#spaces.delete(space);
  }

  /** Begins or joins the check of a key in a space, on behalf of a waiter or of nobody. */
  begin(spaceNumber: number, key: Key, waiter?: Waiter): Begun {
    const space = this.#spaceOf(spaceNumber);
    const flight = space.flights.get(key) ?? this.#start(spaceNumber, space, key);
    if (flight === undefined) return 'refused';
    if (waiter === undefined || space.late || flight.overdue) return 'behind';
    flight.waiters.push(waiter);
    return 'waiting';
  }

  #spaceOf(spaceNumber: number): Space<Key> {
    let space = this.#spaces.get(spaceNumber);
    if (space === undefined) {
      space = { late: false, flights: new Map() };
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
      else this.#makeLate(space);
    });
    const result = await attempt(check, spaceNumber, key);
    cancel();
    space.flights.delete(key);
    if (result !== undefined) {
      if (result.state !== 'unknown') space.late = false;
      // A space that was forgotten may be used for something else by now.
      if (this.#spaces.get(spaceNumber) === space) learn(spaceNumber, key, result);
    }
    for (const waiter of flight.waiters) waiter.settle(result?.state ?? 'unknown');
  }

  #makeLate(space: Space<Key>): void {
    space.late = true;
    release([...space.flights.values()]);
  }
}

/** Tells all who wait for these checks to wait no longer. */
function release(flights: readonly Flight[]): void {
  for (const flight of flights) {
    const waiters = flight.waiters;
    flight.waiters = [];
    for (const waiter of waiters) waiter.settle('unknown');
  }
}

async function attempt<Key>(
  check: Check<Key>,
  space: number,
  key: Key,
): Promise<CheckResult | undefined> {
  try {
    return await check(space, key);
  } catch {
    return FAILED;
  }
}
