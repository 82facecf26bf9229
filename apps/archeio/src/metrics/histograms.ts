import { LabelledRows } from './labelled-rows.ts';
import type { HistogramValue } from './metrics-snapshot.ts';

/** The histograms of one family. A row has the counts of the buckets, one more than there are bounds, then the sum. */
export class Histograms extends LabelledRows<HistogramValue> {
  readonly #bounds: Float64Array;

  /** @param bounds the upper bounds of the buckets, ascending; a value on a bound is within it */
  constructor(bounds: readonly number[]) {
    super(bounds.length + 2, (row) => ({
      counts: [...row.subarray(0, -1)],
      sum: row[row.length - 1],
    }));
    this.#bounds = Float64Array.from(bounds);
  }

  /** Allocates nothing. */
  observe(slot: number, value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.add(slot, 1, bucket);
    this.add(slot, value, bounds.length + 1);
  }
}
