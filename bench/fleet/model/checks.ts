import type { CheckResult } from '@archeio/presence';
import type { Random } from './random.ts';
import type { SharedMemory } from './shared-memory.ts';
import { resultOf } from './shared-memory.ts';
import type { Stores } from './stores.ts';
import type { Tally } from './tally.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface ChecksDependencies {
  readonly clock: VirtualClock;
  readonly stores: Stores;
  readonly tally: Tally;
  readonly random: Random;
  /** Milliseconds of a HEAD, at least and at most. */
  readonly head: readonly [number, number];
  readonly defaultStore: number;
  /** By region; undefined if instances share nothing. */
  readonly shared: readonly (SharedMemory | undefined)[];
  /** By region: milliseconds to the shared memory and back */
  readonly roundTrip: readonly number[];
}

/** How the instances of the fleet answer what their own memory does not know: the shared memory, then the store. */
export class Checks {
  readonly #dependencies: ChecksDependencies;

  constructor(dependencies: ChecksDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Undefined is an answer that the instance does not remember: an absence that another one has found. The product
   * remembers it for what is left of its lifetime, so stores are asked again at the same moment.
   *
   * @param headed called if the store is asked
   */
  async check(
    region: number,
    store: number,
    blob: number,
    headed: () => void,
  ): Promise<CheckResult | undefined> {
    const { tally } = this.#dependencies;
    tally.add('checks', region);
    const shared = this.#dependencies.shared[region];
    if (shared === undefined) return await this.#head(region, store, blob, headed);
    await this.#after(this.#dependencies.roundTrip[region]);
    const known = shared.get(store, blob);
    if (known !== undefined) {
      tally.add('sharedHits', region);
      return known.state === 'absent' ? undefined : known;
    }
    const leased = shared.leased(store, blob);
    if (leased !== undefined) {
      tally.add('leaseWaits', region);
      const result = await leased;
      await this.#after(this.#dependencies.roundTrip[region]);
      return result;
    }
    const result = this.#head(region, store, blob, headed);
    shared.hold(store, blob, result);
    return await result;
  }

  /** The answer is the store's at the moment it answers. */
  async #head(
    region: number,
    store: number,
    blob: number,
    headed: () => void,
  ): Promise<CheckResult> {
    const { clock, stores, tally, random, head, defaultStore } = this.#dependencies;
    headed();
    tally.add('heads', region);
    if (store === defaultStore) tally.add('headsDefault', region);
    await this.#after(random.between(...head));
    return resultOf(stores.has(store, blob, clock.now()));
  }

  #after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#dependencies.clock.after(milliseconds, resolve));
  }
}
