import type { Clock } from './clock.ts';
import type { Lifetimes } from './lifetimes.ts';
import { decodeValue, encodeLease, encodeResult } from './shared-values.ts';
import type { CheckResult } from './state.ts';

/** A memory that processes on many machines share. No call throws, rejects, or waits for long. */
export interface SharedMemory {
  /** Whether a call is worth making now. */
  readonly available: boolean;
  /**
   * Reads some keys; with a lease, writes it for the first of them if that has no value. Undefined if the memory did not
   * answer in time.
   */
  look(keys: readonly Uint8Array[], lease?: Lease): Promise<Look | undefined>;
  /** Sets a value for some milliseconds, in the background. */
  put(key: Uint8Array, value: Uint8Array, milliseconds: number): void;
  /** Removes a value in the background, if it is still this one. */
  remove(key: Uint8Array, value: Uint8Array): void;
}

export interface Lease {
  readonly value: Uint8Array;
  readonly milliseconds: number;
}

export interface Look {
  /** In the order of the keys; undefined for a key without a value. */
  readonly values: readonly (Uint8Array | undefined)[];
  /** Whether the lease was written. */
  readonly leased: boolean;
}

/** How a check ended: with another process's result, found at once or waited for, or by asking. */
export type SharedOutcome = 'found' | 'waited' | 'asked' | 'failed';

/** One check. */
export interface SharedCheck {
  readonly key: Uint8Array;
  /** Asks the space itself. */
  readonly ask: () => Promise<CheckResult | undefined>;
  /** What else to look up in the same round trip. */
  readonly others?: readonly SharedOther[];
  /** Whether nothing may be written, and so no other process waits for this one. */
  readonly readOnly?: boolean;
}

export interface SharedOther {
  readonly key: Uint8Array;
  /** Called if another process has a result. */
  readonly learn: (result: CheckResult) => void;
}

export interface SharedChecksOptions {
  readonly memory: SharedMemory;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Random bytes that tell one lease from another. */
  readonly token: () => Uint8Array;
  readonly lifetimes: Pick<Lifetimes, 'presentFor' | 'absentFor'>;
  /** How long one request waits for all spaces; milliseconds. */
  readonly budget: number;
  readonly counted?: (outcome: SharedOutcome) => void;
}

/** A lease lasts for this part of the budget: that is what the death of its holder costs, if others wait. */
const LEASE_SHARE = 0.4;

/** After this part of the budget, a check no longer waits for another process; the rest is for asking. */
const PATIENCE_SHARE = 0.6;

/** Pauses between two looks for another process's result; milliseconds. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 20;

/**
 * Checks that processes share through a memory: what one has learnt, none asks again, and of several that ask at the same
 * moment, one asks and the others wait for its result. Without the memory, every check asks.
 */
export class SharedChecks {
  readonly #options: SharedChecksOptions;

  constructor(options: SharedChecksOptions) {
    this.#options = options;
  }

  /** The result of another process, or that of asking; rejects only if asking does. */
  async check(wanted: SharedCheck): Promise<CheckResult | undefined> {
    const { memory, clock, token, budget } = this.#options;
    if (!memory.available) return wanted.ask();
    const lease =
      wanted.readOnly === true
        ? undefined
        : { value: encodeLease(token()), milliseconds: Math.ceil(budget * LEASE_SHARE) };
    const began = clock.now();
    let others = wanted.others ?? [];
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const look = await memory.look([wanted.key, ...others.map(({ key }) => key)], lease);
      if (look === undefined) return this.#ask(wanted, 'failed');
      for (const [index, { learn }] of others.entries()) {
        const result = this.#fresh(look.values[index + 1]);
        if (result !== undefined && result !== 'lease') learn(result);
      }
      others = [];
      const isFirst = pause === FIRST_PAUSE;
      if (look.leased)
        return isFirst
          ? this.#ask(wanted, 'asked', lease?.value)
          : this.#askAndWatch(wanted, began, lease?.value);
      const seen = this.#fresh(look.values[0]);
      if (seen === undefined) return this.#ask(wanted, 'asked');
      if (seen !== 'lease') return this.#found(seen, isFirst ? 'found' : 'waited');
      if (clock.now() - began >= budget * PATIENCE_SHARE) return this.#askAndWatch(wanted, began);
      await this.#pause(pause);
    }
  }

  #found(result: CheckResult, outcome: SharedOutcome): CheckResult {
    this.#options.counted?.(outcome);
    return result;
  }

  /** Asks, and shares a definite result; gives the lease back if there is none. */
  async #ask(
    { key, ask, readOnly = false }: SharedCheck,
    outcome: SharedOutcome,
    lease?: Uint8Array,
  ): Promise<CheckResult | undefined> {
    const { memory, wallClock, lifetimes, counted } = this.#options;
    counted?.(outcome);
    let result: CheckResult | undefined;
    try {
      result = await ask();
    } finally {
      if (!readOnly && result !== undefined && result.state !== 'unknown') {
        const { presentFor, absentFor } = lifetimes;
        const lifetime = result.state === 'present' ? presentFor : absentFor;
        memory.put(key, encodeResult(result, wallClock()), lifetime);
      } else if (lease !== undefined) memory.remove(key, lease);
    }
    return result;
  }

  /** Asks although another process may still do so, and takes the result that comes first. */
  #askAndWatch(
    wanted: SharedCheck,
    began: number,
    lease?: Uint8Array,
  ): Promise<CheckResult | undefined> {
    const first = Promise.withResolvers<CheckResult | undefined>();
    let ended = false;
    const end = (): void => void (ended = true);
    this.#ask(wanted, 'asked', lease).then(first.resolve, first.reject).finally(end);
    void this.#watch(wanted.key, began, () => ended).then((result) => {
      if (result !== undefined) first.resolve(result);
    });
    return first.promise;
  }

  async #watch(
    key: Uint8Array,
    began: number,
    ended: () => boolean,
  ): Promise<CheckResult | undefined> {
    const { memory, clock, budget } = this.#options;
    for (;;) {
      await this.#pause(LONGEST_PAUSE);
      if (ended() || !memory.available || clock.now() - began >= budget) return undefined;
      const look = await memory.look([key]);
      const seen = look && this.#fresh(look.values[0]);
      if (seen !== undefined && seen !== 'lease') return seen;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => void clock.after(milliseconds, resolve));
  }

  /** Another process's result that is still fresh here, or its lease. */
  #fresh(bytes: Uint8Array | undefined): CheckResult | 'lease' | undefined {
    const { wallClock, lifetimes } = this.#options;
    const value = bytes && decodeValue(bytes, wallClock());
    if (value?.kind !== 'result') return value?.kind;
    const { state, age = 0 } = value.result;
    const lifetime = state === 'present' ? lifetimes.presentFor : lifetimes.absentFor;
    return age < lifetime ? value.result : undefined;
  }
}
