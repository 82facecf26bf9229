/** Rows by key. From a maximum number of keys on, all other keys share one row, so that memory is bounded. */
export class BoundedTable<Row> {
  readonly #rows = new Map<string, Row>();
  readonly #most: number;
  #others: Row | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** The row of a key. @param make makes it on first use */
  at(key: string, make: () => Row, makeOthers: () => Row): Row {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= this.#most) return (this.#others ??= makeOthers());
    const row = make();
    this.#rows.set(key, row);
    return row;
  }

  /** In order of first use; the row of all other keys is the last. */
  get rows(): readonly Row[] {
    return this.#others === undefined
      ? [...this.#rows.values()]
      : [...this.#rows.values(), this.#others];
  }
}
