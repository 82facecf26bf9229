import type { Presence } from '@archeio/redirect';

/** What a request needs to know of its stores, as `plan` of packages/redirect decides it while all stores are healthy. */
export interface Walk {
  /** The stores to ask before the answer, from the first of unknown presence; undefined if everything is known. */
  readonly ask: readonly number[] | undefined;
  /** The store to ask again after the answer; −1 if there is none. */
  readonly recheck: number;
  /** The store that the client is sent to, by what is known now; −1 is the upstream. */
  readonly found: number;
}

/**
 * R11 over the stores of a client, in order. It is what remains of `plan` without the parsing of requests and the
 * writing of answers, which would take most of the time of a simulation; a test compares both.
 */
export function walk(stores: readonly number[], presenceIn: (store: number) => Presence): Walk {
  let ask: number[] | undefined;
  for (const store of stores) {
    const presence = presenceIn(store);
    if (ask !== undefined) ask.push(store);
    else if (presence === 'unasked') ask = [store];
    if (presence === 'present') return { ask, recheck: -1, found: store };
    if (presence === 'stale') return { ask, recheck: store, found: store };
  }
  return { ask, recheck: -1, found: -1 };
}
