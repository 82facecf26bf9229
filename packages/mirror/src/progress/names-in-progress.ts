/** Maximum number of names shown. */
const SHOWN = 3;

/** What is being worked on, by name; several workers may share a name. */
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

  /** The first names, and how many more there are; empty if there are none. */
  toString(): string {
    const names = [...this.#workers.keys()];
    const more = names.length - SHOWN;
    return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
}
