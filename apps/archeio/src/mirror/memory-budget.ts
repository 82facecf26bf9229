interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Bytes that may be held at once, lent in the order in which they are asked for. */
export class MemoryBudget {
  readonly #whole: number;
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(bytes: number) {
    this.#whole = bytes;
    this.#free = bytes;
  }

  /** Resolves with what gives them back; more than there is in all waits for all of it. */
  async take(bytes: number): Promise<() => void> {
    const lent = Math.min(bytes, this.#whole);
    if (this.#waiting.length > 0 || lent > this.#free)
      await new Promise<void>((go) => this.#waiting.push({ bytes: lent, go }));
    else this.#free -= lent;
    let mine = lent;
    return () => {
      this.#free += mine;
      mine = 0;
      this.#lend();
    };
  }

  #lend(): void {
    for (
      let [first] = this.#waiting;
      first !== undefined && first.bytes <= this.#free;
      [first] = this.#waiting
    ) {
      this.#free -= first.bytes;
      this.#waiting.shift();
      first.go();
    }
  }
}
