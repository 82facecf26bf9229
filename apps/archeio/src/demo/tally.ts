/** What the clients have counted. */
export interface Counts {
  pulls: number;
  failed: number;
  /** Requests that a client sent to Archeio again, because the backend did not answer. */
  repeated: number;
  /** By backend. */
  readonly blobs: Record<string, number>;
  bytes: number;
}

function noCounts(backends: readonly string[]): Counts {
  const blobs = Object.fromEntries(backends.map((name) => [name, 0]));
  return { pulls: 0, failed: 0, repeated: 0, blobs, bytes: 0 };
}

/** Counts since the start, and since the last row of the table. */
export class Tally {
  readonly total: Counts;
  #row: Counts;
  readonly #backends: readonly string[];

  constructor(backends: readonly string[]) {
    this.#backends = backends;
    this.total = noCounts(backends);
    this.#row = noCounts(backends);
  }

  add(what: 'pulls' | 'failed' | 'repeated'): void {
    for (const counts of [this.total, this.#row]) counts[what]++;
  }

  addBlob(backend: string, bytes: number): void {
    for (const counts of [this.total, this.#row]) {
      counts.blobs[backend] = (counts.blobs[backend] ?? 0) + 1;
      counts.bytes += bytes;
    }
  }

  /** The counts since the last call. */
  takeRow(): Counts {
    const row = this.#row;
    this.#row = noCounts(this.#backends);
    return row;
  }
}
