import type { Store } from './backend.ts';
import type { Facts, Recorder, Snapshot } from './facts.ts';
import type { Policy } from './policy.ts';
import { UNHEALTHY } from './upstream-choice.ts';

/** How many other regions' stores are candidates for one request. */
export const MOST_FAILOVER = 2;

/** R11: one request's way along its stores to the first that is healthy and has the blob. */
export class StoreWalk {
  /** The stores to ask, from the first on that is not known; see `Decision.ask`. */
  ask: Store[] | undefined;
  recheck: Store | undefined;
  reason = 'no store has it';
  #failover = false;
  readonly #digest: string;
  readonly #state: Snapshot;
  readonly #recorder: Recorder | undefined;

  constructor(digest: string, state: Snapshot, recorder: Recorder | undefined) {
    this.#digest = digest;
    this.#state = state;
    this.#recorder = recorder;
  }

  /** The store to be used, if there is one. */
  find({ place }: Facts, policy: Policy): Store | undefined {
    const { near, failover, defaults } = policy.storesFor[place + 1];
    for (const share of near)
      for (const store of share.orderFor(this.#digest)) if (this.#has(store)) return store;
    let reached = 0;
    if (this.#failover) {
      let taken = 0;
      for (; reached < failover.length && taken < MOST_FAILOVER; reached++) {
        const store = failover[reached];
        if (this.#state.condition(store) === 'up') taken++;
        if (this.#has(store)) return store;
      }
    }
    for (const store of defaults) {
      if (reached > 0 && failover.indexOf(store) >= 0 && failover.indexOf(store) < reached)
        continue;
      if (this.#has(store)) return store;
    }
    return undefined;
  }

  #has(store: Store): boolean {
    const condition = this.#state.condition(store);
    if (condition !== 'up') {
      this.#recorder?.candidate(store, undefined, UNHEALTHY);
      this.#failover ||= store.failover;
      if (condition === 'trial') this.recheck ??= store;
      return false;
    }
    const presence = this.#state.presence(store, this.#digest);
    this.#recorder?.candidate(store, presence, undefined);
    if (this.ask !== undefined) this.ask.push(store);
    else if (presence === 'unasked') this.ask = [store];
    if (presence === 'present') return true;
    if (presence === 'stale') {
      this.recheck ??= store;
      return true;
    }
    if (presence !== 'absent') this.reason = 'not known in time whether a store has it';
    return false;
  }
}
