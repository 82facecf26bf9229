/** Number of spaces of a presence. */
export const MOST_SPACES = 2 ** 16;

/**
 * Assigns each backend a space of presence by its identity, across reloads. When all spaces are taken, the least recently
 * requested half becomes free at once, because forgetting spaces walks the whole memory.
 */
export class Spaces {
  readonly #most: number;
  readonly #forget: (spaces: readonly number[]) => void;
  /** Least recently requested first. */
  readonly #byIdentity = new Map<string, number>();
  #given = 0;
  #free: number[] = [];

  /**
   * @param forget forgets spaces, which other backends will use
   * @param most number of spaces
   */
  constructor(forget: (spaces: readonly number[]) => void, most = MOST_SPACES) {
    this.#most = most;
    this.#forget = forget;
  }

  /** The space of a backend; undefined if it has none yet. */
  find(identity: string): number | undefined {
    return this.#byIdentity.get(identity);
  }

  /**
   * The space of a backend, assigned if it has none.
   *
   * @param isKept whether a space must stay with its backend
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
