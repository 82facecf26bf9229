/** Number of spaces that presence has. */
export const MOST_SPACES = 2 ** 16;

/**
 * Gives each backend a space of presence by its identity, kept over reloads. When all spaces are taken, those that were
 * not asked for longest become free, half of them at a time: to forget a space walks the whole memory.
 */
export class Spaces {
  readonly #most: number;
  readonly #forget: (spaces: readonly number[]) => void;
  /** The one that was not asked for longest comes first. */
  readonly #byIdentity = new Map<string, number>();
  #given = 0;
  #free: number[] = [];

  /**
   * @param forget forgets all about spaces, which are used for other backends from then on
   * @param most how many there are
   */
  constructor(forget: (spaces: readonly number[]) => void, most = MOST_SPACES) {
    this.#most = most;
    this.#forget = forget;
  }

  /** The space of a backend that has one. */
  find(identity: string): number | undefined {
    return this.#byIdentity.get(identity);
  }

  /**
   * The space of a backend.
   *
   * @param isKept whether a space must not be taken away from its backend
   * @throws RangeError if every space must be kept
   */
  of(identity: string, isKept: (space: number) => boolean = () => false): number {
    const space = this.#byIdentity.get(identity) ?? this.#take(isKept);
    this.#byIdentity.delete(identity);
    this.#byIdentity.set(identity, space);
    return space;
  }

  #take(isKept: (space: number) => boolean): number {
    if (this.#given < this.#most) return this.#given++;
    if (this.#free.length === 0) this.#release(isKept);
    const space = this.#free.pop();
    if (space === undefined)
      throw new RangeError(`cannot ask more than ${this.#most} different backends at a time`);
    return space;
  }

  #release(isKept: (space: number) => boolean): void {
    const unused = [...this.#byIdentity].filter(([, space]) => !isKept(space));
    const oldest = unused.slice(0, Math.ceil(unused.length / 2));
    for (const [identity] of oldest) this.#byIdentity.delete(identity);
    this.#free = oldest.map(([, space]) => space);
    this.#forget(this.#free);
  }
}
