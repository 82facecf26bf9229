import type { Store } from './backend.ts';
import type { Facts, Recorder, Snapshot } from './facts.ts';
import type { Policy } from './policy.ts';
import { type Reason, REASONS } from './reason.ts';
import { MOST_CONSIDERED } from './share.ts';
import { UNHEALTHY } from './upstream-choice.ts';

/** Maximum number of other regions' stores that are candidates for one request. */
export const MOST_FAILOVER = 2;

/**
 * R11: finds the first healthy store that has the blob. It considers a bounded number
 * of stores, however many are configured.
 */
export class StoreWalk {
  /** The stores to ask, from the first with unknown presence; see `Decision.ask`. */
  ask: Store[] | undefined;
  recheck: Store | undefined;
  /** Why a blob comes from an upstream, if no store is found (R12). */
  reason: Reason = REASONS.noStore;
  #failover = false;
  readonly #digest: string;
  readonly #state: Snapshot;
  readonly #recorder: Recorder | undefined;

  constructor(digest: string, state: Snapshot, recorder: Recorder | undefined) {
    this.#digest = digest;
    this.#state = state;
    this.#recorder = recorder;
  }

  /** The store to use, if there is one. */
  find({ place }: Facts, policy: Policy): Store | undefined {
    const stores = policy.storesFor(place);
    let left = MOST_CONSIDERED;
    for (const share of stores.near)
      for (const store of share.orderFor(this.#digest)) {
        if (left-- === 0) break;
        if (this.#has(store)) return store;
      }
    let reached = 0;
    if (this.#failover) {
      const failover = stores.failover();
      const end = Math.min(failover.length, MOST_CONSIDERED);
      for (let taken = 0; reached < end && taken < MOST_FAILOVER; reached++) {
        const store = failover[reached];
        if (this.#state.condition(store) === 'up') taken++;
        if (this.#has(store)) return store;
      }
    }
    const { defaults } = stores;
    const end = Math.min(defaults.length, MOST_CONSIDERED);
    for (let at = 0; at < end; at++) {
      const store = defaults[at];
      if (reached > 0 && isAmong(stores.failover(), reached, store)) continue;
      if (this.#has(store)) return store;
    }
    return undefined;
  }

  #has(store: Store): boolean {
    const condition = this.#state.condition(store);
    if (condition !== 'up') {
      this.#recorder?.candidate(store, undefined, UNHEALTHY);
      this.#failover ||= store.failover;
      if (this.reason === REASONS.noStore) this.reason = REASONS.storesUnhealthy;
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
    this.#missed(presence);
    return false;
  }

  /** Unknown outranks absent, and unasked outranks both: asking again may help. */
  #missed(presence: 'absent' | 'unknown' | 'unasked'): void {
    if (presence === 'unasked') this.reason = REASONS.notConfirmedInTime;
    else if (this.reason === REASONS.notConfirmedInTime) return;
    else if (presence === 'unknown') this.reason = REASONS.notConfirmed;
    else if (this.reason !== REASONS.notConfirmed) this.reason = REASONS.storesLackIt;
  }
}

function isAmong(stores: readonly Store[], first: number, store: Store): boolean {
  for (let at = 0; at < first; at++) if (stores[at] === store) return true;
  return false;
}
