/** Does work in the background, some of it at once. The work handles its own errors. */
export class WorkQueue {
  readonly #atOnce: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  add(work: () => Promise<void>): void {
    this.#waiting.push(work);
    this.#begin();
  }

  /** Resolves when all work is done. */
  async done(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
  }

  #begin(): void {
    while (this.#running.size < this.#atOnce) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const running = work().finally(() => {
        this.#running.delete(running);
        this.#begin();
      });
      this.#running.add(running);
    }
  }
}
