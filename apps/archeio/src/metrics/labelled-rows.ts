import { labelKey } from './metrics-snapshot.ts';

/**
 * A row of numbers for each combination of labels. A combination gets its slot when it first occurs; from then
 * on, counting is an addition in an array and allocates nothing. Slots are never freed, so that counters
 * continue.
 */
export class LabelledRows {
  readonly #slots = new Map<string, number>();
  readonly #width: number;
  #values: Float64Array;

  /** @param width numbers in a row */
  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(8 * width);
  }

  /** The slot of these labels; its row starts with zeros. */
  slot(labels: readonly string[]): number {
    const key = labelKey(labels);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(key, slot);
    if (slot * this.#width === this.#values.length) {
      const grown = new Float64Array(2 * this.#values.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    return slot;
  }

  add(slot: number, column: number, amount: number): void {
    this.#values[slot * this.#width + column] += amount;
  }

  /** Every row by its labels, converted by `read`. */
  snapshot<Value>(read: (row: Float64Array) => Value): Record<string, Value> {
    const width = this.#width;
    return Object.fromEntries(
      Array.from(this.#slots, ([key, slot]) => [
        key,
        read(this.#values.subarray(slot * width, (slot + 1) * width)),
      ]),
    );
  }
}
