/**
 * What is due next of a fixed number of entries, each with a moment or none: a binary heap that knows where each entry
 * is, so that a moment can be moved. As many steps as the number has digits, where a walk would look at all of them.
 */
export class DueQueue {
  readonly #due: Float64Array;
  /** The heap; of entries that are due at the same moment the first one comes first. */
  readonly #heap: Int32Array;
  /** Where an entry is in the heap, −1 where it has no moment. */
  readonly #at: Int32Array;
  #size: number;

  /** @param due the moments of all entries, by their numbers */
  constructor(due: ArrayLike<number>) {
    this.#due = Float64Array.from(due);
    this.#heap = Int32Array.from(due, (_, entry) => entry);
    this.#at = this.#heap.slice();
    this.#size = due.length;
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The entry that is due first, −1 where none is due at any time. */
  get first(): number {
    return this.#size === 0 ? -1 : this.#heap[0];
  }

  /** When it is due; Infinity where none is. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#due[this.#heap[0]];
  }

  /** When an entry is due; Infinity where it is not. */
  dueOf(entry: number): number {
    return this.#at[entry] < 0 ? Number.POSITIVE_INFINITY : this.#due[entry];
  }

  /** Sets when an entry is due, whether it had another moment or none. */
  set(entry: number, due: number): void {
    this.#due[entry] = due;
    if (this.#at[entry] < 0) this.#put(entry, this.#size++);
    this.#rise(this.#at[entry]);
    this.#sink(this.#at[entry]);
  }

  /** The entry is not due until it is set again. */
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
