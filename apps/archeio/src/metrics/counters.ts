import { LabelledRows } from './labelled-rows.ts';

/** The counters of one family. */
export class Counters {
  readonly #rows = new LabelledRows(1);

  /** The slot of these labels; a new one starts at 0. */
  slot(labels: readonly string[]): number {
    return this.#rows.slot(labels);
  }

  /** Allocates nothing. */
  add(slot: number, amount: number): void {
    this.#rows.add(slot, 0, amount);
  }

  snapshot(): Record<string, number> {
    return this.#rows.snapshot(([value]) => value);
  }
}
