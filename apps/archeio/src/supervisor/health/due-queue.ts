/**
 * Finds the next due entry of a fixed number of entries, each with a due time or none. A binary heap that knows the
 * position of each entry, so that changing a due time takes logarithmic time.
 */
export class DueQueue {
  readonly #due: Float64Array;
  /** The heap; entries that are due at the same time are ordered by number. */
  readonly #heap: Int32Array;
  /** Position of each entry in the heap; −1 if it is not due. */
  readonly #at: Int32Array;
  #size: number;

  /** @param due due time of each entry */
  constructor(due: ArrayLike<number>) {
    this.#due = Float64Array.from(due);
    this.#heap = Int32Array.from(due, (_, entry) => entry);
    this.#at = this.#heap.slice();
    this.#size = due.length;
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The entry that is due first; −1 if there is none. */
  get first(): number {
    return this.#size === 0 ? -1 : this.#heap[0];
  }

  /** Due time of the first entry; Infinity if there is none. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#due[this.#heap[0]];
  }

  /** Due time of an entry; Infinity if it is not due. */
  dueOf(entry: number): number {
    return this.#at[entry] < 0 ? Number.POSITIVE_INFINITY : this.#due[entry];
  }

  /** Sets or changes the due time of an entry. */
  set(entry: number, due: number): void {
    this.#due[entry] = due;
    if (this.#at[entry] < 0) this.#put(entry, this.#size++);
    this.#rise(this.#at[entry]);
    this.#sink(this.#at[entry]);
  }

  /** Removes the due time of an entry. */
  remove(entry: number): void {
    const at = this.#at[entry];
    if (at < 0) return;
    this.#at[entry] = -1;
    const last = this.#heap[--this.#size];
    if (last === entry) return;
    this.#put(last, at);
    this.#rise(at);
    this.#sink(this.#at[last]);
  }

  #put(entry: number, at: number): void {
    this.#heap[at] = entry;
    this.#at[entry] = at;
  }

  #isBefore(one: number, other: number): boolean {
    const difference = this.#due[one] - this.#due[other];
    return difference < 0 || (difference === 0 && one < other);
  }

  #rise(from: number): void {
    const entry = this.#heap[from];
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(entry, this.#heap[above])) break;
      this.#put(this.#heap[above], at);
      at = above;
    }
    this.#put(entry, at);
  }

  #sink(from: number): void {
    const entry = this.#heap[from];
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && this.#isBefore(this.#heap[below + 1], this.#heap[below]))
        below++;
      if (!this.#isBefore(this.#heap[below], entry)) break;
      this.#put(this.#heap[below], at);
      at = below;
    }
    this.#put(entry, at);
  }
}
