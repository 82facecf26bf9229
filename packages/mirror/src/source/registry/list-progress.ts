import { RegistryError } from './registry-error.ts';

/** Registries that hide forbidden entries return empty pages, but not this many in a row. */
const MOST_WITHOUT_NEWS = 1000;

/** Detects lists that make no progress: one that repeats itself under ever new URLs never ends. */
export class ListProgress {
  readonly #seen = new Set<string>();
  #isRepeated = false;
  #withoutNews = 0;

  /** @throws RegistryError if the previous page had nothing new and should have been the last */
  page(url: string, items: readonly string[]): void {
    if (this.#isRepeated || this.#withoutNews > MOST_WITHOUT_NEWS)
      throw new RegistryError(`cannot read ${url}: its pages bring no new entries`, 0);
    const before = this.#seen.size;
    for (const item of items) this.#seen.add(item);
    const hasNews = this.#seen.size > before;
    this.#withoutNews = hasNews ? 0 : this.#withoutNews + 1;
    this.#isRepeated = !hasNews && items.length > 0;
  }
}
