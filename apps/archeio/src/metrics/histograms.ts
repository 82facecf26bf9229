import { type HistogramValue, labelKey } from './metrics-snapshot.ts';

/** The histograms of one family; slots are as in {@link Counters}. */
export class Histograms {
  readonly #slots = new Map<string, number>();
  readonly #bounds: Float64Array;
  /** Of each slot the counts of its buckets, one more than there are bounds, then the sum. */
  readonly #width: number;
  #values: Float64Array;

  /** @param bounds the upper bounds of the buckets, ascending; a value on a bound is within it */
  constructor(bounds: readonly number[]) {
    this.#bounds = Float64Array.from(bounds);
    this.#width = bounds.length + 2;
    this.#values = new Float64Array(4 * this.#width);
  }

  /** The slot of these labels; begins empty where there was none. */
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

  observe(slot: number, value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    const start = slot * this.#width;
    this.#values[start + bucket]++;
    this.#values[start + this.#width - 1] += value;
  }

  snapshot(): Record<string, HistogramValue> {
    const width = this.#width;
    return Object.fromEntries(
      Array.from(this.#slots, ([key, slot]) => {
        const end = (slot + 1) * width - 1;
        const counts = [...this.#values.subarray(slot * width, end)];
        return [key, { counts, sum: this.#values[end] }];
      }),
    );
  }
}
