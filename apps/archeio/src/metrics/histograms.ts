import { LabelledRows } from './labelled-rows.ts';
import type { HistogramValue } from './metrics-snapshot.ts';

/** The histograms of one family. */
export class Histograms {
  readonly #bounds: Float64Array;
  /** Counts of the buckets, one more than there are bounds, then the sum. */
  readonly #rows: LabelledRows;

  /** @param bounds the upper bounds of the buckets, ascending; a value on a bound is within it */
  constructor(bounds: readonly number[]) {
    this.#bounds = Float64Array.from(bounds);
    this.#rows = new LabelledRows(bounds.length + 2);
  }

  /** The slot of these labels; a new one starts empty. */
  slot(labels: readonly string[]): number {
    return this.#rows.slot(labels);
  }

  /** Allocates nothing. */
  observe(slot: number, value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.#rows.add(slot, bucket, 1);
    this.#rows.add(slot, bounds.length + 1, value);
  }

  snapshot(): Record<string, HistogramValue> {
    return this.#rows.snapshot((row) => ({
      counts: [...row.subarray(0, -1)],
      sum: row[row.length - 1],
    }));
  }
}
