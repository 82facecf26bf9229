import { labelKey } from './metrics-snapshot.ts';

/**
 * The counters of one family. A combination of labels gets its slot once, when it first occurs; from then on counting
 * it is an addition in an array and allocates nothing. Slots are never given up: a counter that has been seen goes on.
 */
export class Counters {
  readonly #slots = new Map<string, number>();
  #values = new Float64Array(16);

  /** The slot of these labels; begins at 0 where there was none. */
  slot(labels: readonly string[]): number {
    const key = labelKey(labels);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(key, slot);
    if (slot === this.#values.length) {
      const grown = new Float64Array(2 * slot);
      grown.set(this.#values);
      this.#values = grown;
    }
    return slot;
  }

  add(slot: number, amount: number): void {
    this.#values[slot] += amount;
  }

  snapshot(): Record<string, number> {
    const values = this.#values;
    return Object.fromEntries(Array.from(this.#slots, ([key, slot]) => [key, values[slot]]));
  }
}
