/** A buffer on loan from the budget. */
export interface LentBuffer {
  readonly buffer: Uint8Array;
  /** Returns the buffer, which must not be used afterwards. */
  readonly release: () => void;
}

/**
 * A bounded amount of memory for parts of blobs, lent in the order of the requests. Buffers are reused, since runtimes
 * are slow to collect large ones.
 */
export class MemoryBudget {
  readonly #whole: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  /** Free buffers, all of one size. */
  readonly #spare: Uint8Array[] = [];
  #free: number;

  constructor(bytes: number) {
    this.#whole = bytes;
    this.#free = bytes;
  }

  /** Lends a buffer. A request larger than the whole budget waits until nothing else is lent. */
  async take(bytes: number): Promise<LentBuffer> {
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
    // Free buffers count as well: drop them to make room for those in use.
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
