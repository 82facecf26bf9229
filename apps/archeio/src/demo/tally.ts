/** Counts of the clients. */
export interface Counts {
  pulls: number;
  failed: number;
  /** Requests that a client sent to Archeio again, because the backend did not answer. */
  repeated: number;
  /** Blobs that arrived, by backend. */
  readonly blobs: Record<string, number>;
  /** Of these blobs. */
  bytes: number;
  /** Redirects to a manifest or blob, by backend. */
  readonly redirects: Record<string, number>;
}

function noCounts(backends: readonly string[]): Counts {
  const zeros = (): Record<string, number> => Object.fromEntries(backends.map((name) => [name, 0]));
  return { pulls: 0, failed: 0, repeated: 0, blobs: zeros(), bytes: 0, redirects: zeros() };
}

function addOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
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

  addRedirect(backend: string): void {
    for (const counts of [this.total, this.#row]) addOne(counts.redirects, backend);
  }

  addBlob(backend: string, bytes: number): void {
    for (const counts of [this.total, this.#row]) {
      addOne(counts.blobs, backend);
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
