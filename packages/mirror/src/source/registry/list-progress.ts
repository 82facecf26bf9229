import { RegistryError } from './registry-error.ts';

/** Registries that hide what may not be seen have pages without anything; not this many in a row. */
const MOST_WITHOUT_NEWS = 1000;

/** Whether the pages of a list get anywhere: one that repeats itself under ever new addresses never ends. */
export class ListProgress {
  readonly #seen = new Set<string>();
  #isRepeated = false;
  #withoutNews = 0;

  /** @throws RegistryError where the page before it had led nowhere, and should have been the last */
  page(url: string, items: readonly string[]): void {
    if (this.#isRepeated || this.#withoutNews > MOST_WITHOUT_NEWS)
      throw new RegistryError(`cannot read ${url}: its pages lead to nothing new`, 0);
    const before = this.#seen.size;
    for (const item of items) this.#seen.add(item);
    const hasNews = this.#seen.size > before;
    this.#withoutNews = hasNews ? 0 : this.#withoutNews + 1;
    this.#isRepeated = !hasNews && items.length > 0;
  }
}
