/** What is counted, and its place in a row. A request is exactly one of the classes from `stays` to `store`. */
const INDEX = {
  requests: 0,
  /** Clients whose blobs stay on the upstream (R10): no store is asked. */
  stays: 1,
  /** Answered from the instance's own memory alone. */
  own: 2,
  /** Answered at once, because an inventory proved that a store lacks the blob. */
  proven: 3,
  /** Waited for an answer that another request of the same instance was already waiting for. */
  joined: 4,
  /** Waited for the shared memory, including for the instance that holds the lease. */
  shared: 5,
  /** Waited for a store. */
  store: 6,
  /** Checks that an instance's own memory could not answer: the sum of the next three. */
  checks: 7,
  sharedHits: 8,
  leaseWaits: 9,
  /** HEAD requests to stores. */
  heads: 10,
  /** Those of `heads` that went to the default store. */
  headsDefault: 11,
  /** Those of `checks` that no request waited for: what is stale is checked again in the background. */
  rechecks: 12,
  /** Milliseconds that requests waited, in total. */
  waited: 13,
  /** Requests that waited for longer than 100 ms. */
  waitedLong: 14,
  /** Blobs that came from the upstream because no store had them. */
  upstream: 15,
  /** Blobs that came from the upstream although a store of the client already had them. */
  avoidable: 16,
};

export type Field = keyof typeof INDEX;
export type Counts = Readonly<Record<Field, number>>;

const FIELDS = Object.keys(INDEX).filter((name): name is Field => name in INDEX);

const MINUTE = 60_000;

/** Counts by minute and region. */
export class Tally {
  readonly #regions: number;
  #rows = new Float64Array(0);
  /** Where the rows of the current minute begin. */
  #minute = 0;

  constructor(regions: number) {
    this.#regions = regions;
    this.at(0);
  }

  /** Counts go to the minute of this time from now on. */
  at(time: number): void {
    const length = this.#regions * FIELDS.length;
    this.#minute = Math.floor(time / MINUTE) * length;
    if (this.#minute + length <= this.#rows.length) return;
    const grown = new Float64Array(2 * (this.#minute + 60 * length));
    grown.set(this.#rows);
    this.#rows = grown;
  }

  add(field: Field, region: number, amount = 1): void {
    this.#rows[this.#minute + region * FIELDS.length + INDEX[field]] += amount;
  }

  /** The counts of a region in some minutes, from the first up to, but not including, the last. */
  ofRegion(region: number, from: number, to: number): Counts {
    const counts: Record<Field, number> = { ...INDEX };
    for (const field of FIELDS) {
      counts[field] = 0;
      for (let minute = from; minute < to; minute++)
        counts[field] +=
          this.#rows[(minute * this.#regions + region) * FIELDS.length + INDEX[field]] ?? 0;
    }
    return counts;
  }

  /** The same of all regions. */
  minutes(from: number, to: number): Counts {
    return sum(
      Array.from({ length: this.#regions }, (_, region) => this.ofRegion(region, from, to)),
    );
  }
}

export function sum(all: readonly Counts[]): Counts {
  const counts: Record<Field, number> = { ...INDEX };
  for (const field of FIELDS) counts[field] = all.reduce((total, each) => total + each[field], 0);
  return counts;
}
