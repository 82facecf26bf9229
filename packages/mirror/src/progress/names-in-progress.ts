/** Names that are told at once. */
const TOLD = 3;

/** What is being worked on, by its name; several workers may be at one. */
export class NamesInProgress {
  readonly #workers = new Map<string, number>();

  begin(name: string): void {
    this.#workers.set(name, (this.#workers.get(name) ?? 0) + 1);
  }

  end(name: string): void {
    const left = (this.#workers.get(name) ?? 1) - 1;
    if (left === 0) this.#workers.delete(name);
    else this.#workers.set(name, left);
  }

  /** The first of them, and how many more there are; empty where there is none. */
  toString(): string {
    const names = [...this.#workers.keys()];
    const more = names.length - TOLD;
    return names.slice(0, TOLD).join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
}
