/** Options of a {@link BoundedQueue}. */
export interface BoundedQueueOptions<Item> {
  /** Maximum number of items that are worked on at the same time. */
  readonly concurrency: number;
  /** Maximum number of other items. */
  readonly waiting: number;
  /** Must not reject. */
  readonly work: (item: Item) => Promise<void>;
  /** Calls back later; by default after the event loop has done what is due. */
  readonly later?: (callback: () => void) => void;
}

/** Works on items in their order, a few at a time, and never in the call that offers one. */
export class BoundedQueue<Item> {
  readonly #options: BoundedQueueOptions<Item>;
  readonly #later: (callback: () => void) => void;
  readonly #waiting: Item[] = [];
  #working = 0;

  constructor(options: BoundedQueueOptions<Item>) {
    this.#options = options;
    this.#later = options.later ?? ((callback) => void setImmediate(callback));
  }

  /** False if there is no room for the item. */
  offer(item: Item): boolean {
    const { concurrency, waiting } = this.#options;
    if (this.#working < concurrency) {
      this.#working++;
      this.#later(() => this.#work(item));
      return true;
    }
    if (this.#waiting.length >= waiting) return false;
    this.#waiting.push(item);
    return true;
  }

  /** Forgets the items that wait. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #work(item: Item): void {
    void this.#options.work(item).then(() => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working--;
      else this.#later(() => this.#work(next));
    });
  }
}
