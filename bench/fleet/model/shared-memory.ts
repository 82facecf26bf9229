import type { CheckResult, Clock } from '@archeio/presence';

const PRESENT: CheckResult = Object.freeze({ state: 'present', size: 1 });
const ABSENT: CheckResult = Object.freeze({ state: 'absent', size: -1 });

export function resultOf(present: boolean): CheckResult {
  return present ? PRESENT : ABSENT;
}

/** When to forget entries that have expired; milliseconds. */
const SWEEP_EVERY = 3_600_000;

/**
 * What a Redis is to the fleet: results that expire, and a lease for each check, so that one instance asks the store
 * while the others wait for its result.
 */
export class SharedMemory {
  readonly #clock: Clock;
  readonly #presentFor: number;
  readonly #absentFor: number;
  /** By store and blob, the whole millisecond in which the result expires; negative for an absent blob. */
  readonly #results: Map<number, number>[] = [];
  /** By store and blob. */
  readonly #leases: Map<number, Promise<CheckResult>>[] = [];
  #sweptAt = 0;

  constructor(clock: Clock, { presentFor, absentFor }: { presentFor: number; absentFor: number }) {
    this.#clock = clock;
    this.#presentFor = presentFor;
    this.#absentFor = absentFor;
  }

  /** Number of results that have not expired. */
  get entries(): number {
    this.#sweep();
    let entries = 0;
    for (const results of this.#results) entries += results?.size ?? 0;
    return entries;
  }

  get(store: number, blob: number): CheckResult | undefined {
    const expires = this.#results[store]?.get(blob);
    if (expires === undefined || this.#clock.now() >= Math.abs(expires)) return undefined;
    return resultOf(expires > 0);
  }

  /** The result that the holder of the lease waits for; undefined if there is none. */
  leased(store: number, blob: number): Promise<CheckResult> | undefined {
    return this.#leases[store]?.get(blob);
  }

  /** Takes the lease, and writes the result once it is there. */
  hold(store: number, blob: number, result: Promise<CheckResult>): void {
    const leases = (this.#leases[store] ??= new Map());
    const results = (this.#results[store] ??= new Map());
    leases.set(blob, result);
    void result.then(({ state }) => {
      const now = Math.floor(this.#clock.now());
      leases.delete(blob);
      results.set(blob, state === 'present' ? now + this.#presentFor : -(now + this.#absentFor));
      if (now >= this.#sweptAt + SWEEP_EVERY) this.#sweep();
    });
  }

  #sweep(): void {
    const now = this.#clock.now();
    this.#sweptAt = now;
    for (const results of this.#results)
      for (const [blob, expires] of results ?? [])
        if (now >= Math.abs(expires)) results.delete(blob);
  }
}
