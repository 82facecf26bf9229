/** One hang of the near store, as its clients see it. Times are seconds; null if it did not happen. */
export interface Outage {
  readonly store: string;
  readonly hungSeconds: number;
  /** From the hang until Archeio sent a client of the store elsewhere. */
  readonly movedAfterSeconds: number | null;
  /** From the recovery until Archeio sent a client to the store again. */
  readonly backAfterSeconds: number | null;
}

/** Watches where Archeio sends the clients of a store that hangs and recovers. */
export class OutageWatch {
  readonly #store: string;
  readonly #now: () => number;
  readonly #hungAt: number;
  #recoveredAt: number | undefined;
  #movedAt: number | undefined;
  #backAt: number | undefined;

  /** Begins with the hang. @param now seconds */
  constructor(store: string, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#hungAt = now();
  }

  recovered(): void {
    this.#recoveredAt = this.#now();
  }

  /** @param backend where a client of the store was sent for a blob; returns what has changed thereby */
  sent(backend: string): 'moved' | 'back' | undefined {
    if (this.#recoveredAt === undefined) {
      if (backend === this.#store || this.#movedAt !== undefined) return undefined;
      this.#movedAt = this.#now();
      return 'moved';
    }
    if (backend !== this.#store || this.#backAt !== undefined) return undefined;
    this.#backAt = this.#now();
    return 'back';
  }

  get outage(): Outage {
    const recoveredAt = this.#recoveredAt ?? this.#now();
    return {
      store: this.#store,
      hungSeconds: tenths(recoveredAt - this.#hungAt),
      movedAfterSeconds: since(this.#hungAt, this.#movedAt),
      backAfterSeconds: since(recoveredAt, this.#backAt),
    };
  }
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function since(from: number, to: number | undefined): number | null {
  return to === undefined ? null : tenths(to - from);
}
