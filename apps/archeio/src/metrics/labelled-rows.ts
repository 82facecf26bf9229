import { labelKey } from './metrics-snapshot.ts';

/**
 * A row of numbers for each combination of labels. A combination gets its slot when it first occurs; from then
 * on, counting is an addition in an array and allocates nothing. Slots are never freed, so that counters
 * continue.
 */
export class LabelledRows<Value> {
  readonly #slots = new Map<string, number>();
  readonly #width: number;
  readonly #read: (row: Float64Array) => Value;
  #values: Float64Array;

  /** @param width numbers in a row @param read converts a row for a snapshot */
  constructor(width: number, read: (row: Float64Array) => Value) {
    this.#width = width;
    this.#read = read;
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

  /** Allocates nothing. */
  add(slot: number, amount: number, column = 0): void {
    this.#values[slot * this.#width + column] += amount;
  }

  /** Every row by its labels. */
  snapshot(): Record<string, Value> {
    const width = this.#width;
    return Object.fromEntries(
      Array.from(this.#slots, ([key, slot]) => [
        key,
        this.#read(this.#values.subarray(slot * width, (slot + 1) * width)),
      ]),
    );
  }
}
