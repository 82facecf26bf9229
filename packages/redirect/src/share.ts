import type { Store } from './backend.ts';

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: each input bit changes half of the output bits. */
function mixed(hash: number): number {
  let mix = hash ^ (hash >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

/** Maximum number of stores of one list that a request considers; it skips the rest. */
export const MOST_CONSIDERED = 64;

/**
 * Equally near stores, which share the blobs by weight: the same blob always goes to the same store
 * first, and if a store goes away, only its own blobs move (weighted rendezvous hashing, by store name).
 * Stores with weight 0 come last.
 */
export class Share {
  /** In the order of the configuration. */
  readonly stores: readonly Store[];
  readonly #hashes: Int32Array;
  readonly #distances: Float64Array;
  readonly #order: Store[];

  constructor(stores: readonly Store[]) {
    this.stores = stores;
    this.#hashes = Int32Array.from(stores, ({ name }) => hashOf(name));
    this.#order = stores.slice(0, MOST_CONSIDERED);
    this.#distances = new Float64Array(this.#order.length);
  }

  /**
   * The first {@link MOST_CONSIDERED} stores in the order for a blob: one step per store, and a bounded number more for
   * the few that are among the first so far. The next call overwrites the list, which saves an allocation.
   */
  orderFor(digest: string): readonly Store[] {
    if (this.stores.length < 2) return this.stores;
    const hash = hashOf(digest);
    const last = this.#order.length - 1;
    for (let at = 0; at < this.stores.length; at++) {
      const store = this.stores[at];
      // Exponentially distributed with the weight as rate: each store has the minimum with probability equal to its share.
      const distance = -Math.log((mixed(hash ^ this.#hashes[at]) + 0.5) / 2 ** 32) / store.weight;
      if (at > last && !(this.#distances[last] > distance)) continue;
      let to = Math.min(at, last);
      for (; to > 0 && this.#distances[to - 1] > distance; to--) {
        this.#distances[to] = this.#distances[to - 1];
        this.#order[to] = this.#order[to - 1];
      }
      this.#distances[to] = distance;
      this.#order[to] = store;
    }
    return this.#order;
  }
}
