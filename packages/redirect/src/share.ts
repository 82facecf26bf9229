import type { Store } from './backend.ts';

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: each bit of the input changes half of the output's. */
function mixed(hash: number): number {
  let mix = hash ^ (hash >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

/** How many stores of one list one request considers; the rest of a longer list is passed over. */
export const MOST_CONSIDERED = 64;

/**
 * Stores that are equally near, which share the blobs by their weights: the same blob always goes to the same one
 * first, and if a store goes away only its own blobs move (weighted rendezvous hashing, by the name of the store).
 * One of weight 0 comes after the others.
 */
export class Share {
  /** As they are configured. */
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
   * The first {@link MOST_CONSIDERED} stores in their order for a blob: one step for each store, and for the few that
   * are among the first so far a bounded number more. The list is written over by the next call: allocating none keeps
   * this cheap.
   */
  orderFor(digest: string): readonly Store[] {
    if (this.stores.length < 2) return this.stores;
    const hash = hashOf(digest);
    const last = this.#order.length - 1;
    for (let at = 0; at < this.stores.length; at++) {
      const store = this.stores[at];
      // exponentially distributed with the weight as its rate: the least of several is each one's by its share
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
