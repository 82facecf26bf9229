interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Memory that was lent. */
export interface Lent {
  readonly buffer: Uint8Array;
  /** Gives it back; nothing may touch the buffer afterwards. */
  readonly release: () => void;
}

/**
 * Memory for parts of blobs: so many bytes at once, lent in the order in which they are asked for. Buffers are used
 * again, since a runtime takes its time to collect large ones.
 */
export class MemoryBudget {
  readonly #whole: number;
  readonly #waiting: Waiting[] = [];
  /** Buffers that nobody has, all of one size. */
  readonly #spare: Uint8Array[] = [];
  #free: number;

  constructor(bytes: number) {
    this.#whole = bytes;
    this.#free = bytes;
  }

  /** Lends a buffer; one that is larger than all there is waits until nothing else is lent. */
  async take(bytes: number): Promise<Lent> {
    const counted = Math.min(bytes, this.#whole);
    if (this.#waiting.length > 0 || counted > this.#free)
      await new Promise<void>((go) => this.#waiting.push({ bytes: counted, go }));
    else this.#free -= counted;
    const buffer = this.#buffer(bytes);
    let isLent = true;
    const release = (): void => {
      if (!isLent) return;
      isLent = false;
      this.#free += counted;
      this.#keep(buffer);
      this.#lend();
    };
    return { buffer, release };
  }

  #buffer(bytes: number): Uint8Array {
    if (this.#spare[0]?.length === bytes) return this.#spare.pop() ?? new Uint8Array(bytes);
    // What is kept for later counts as well: it makes room for what is used now.
    while (this.#spare.length > 0 && this.#spareBytes > this.#free) this.#spare.pop();
    return Buffer.allocUnsafeSlow(bytes);
  }

  #keep(buffer: Uint8Array): void {
    if (buffer.length > (this.#spare[0]?.length ?? 0)) this.#spare.length = 0;
    if (buffer.length === (this.#spare[0]?.length ?? buffer.length)) this.#spare.push(buffer);
  }

  get #spareBytes(): number {
    return this.#spare.length * (this.#spare[0]?.length ?? 0);
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
