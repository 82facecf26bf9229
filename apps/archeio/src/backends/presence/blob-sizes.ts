import type { Presence } from '@archeio/presence';

/** Maximum number of stores whose answers are read for the size of one blob. */
export const MOST_READ = 8;

/** The sizes of blobs, as stores have stated them. A blob has the same size everywhere: its digest names its content. */
export class BlobSizes {
  readonly #presence: Pick<Presence<string>, 'sizeOf'>;
  readonly #spaces: readonly number[];

  /** @param spaces of the stores that are asked for blobs; only the first {@link MOST_READ} are read */
  constructor(presence: Pick<Presence<string>, 'sizeOf'>, spaces: readonly number[]) {
    this.#presence = presence;
    this.#spaces = [...new Set(spaces)].slice(0, MOST_READ);
  }

  /** Bytes, or −1 if no store has stated them. @param first space to read first; undefined for an upstream */
  of(digest: string, first: number | undefined): number {
    if (first !== undefined) {
      const size = this.#presence.sizeOf(first, digest);
      if (size >= 0) return size;
    }
    for (const space of this.#spaces) {
      const size = this.#presence.sizeOf(space, digest);
      if (size >= 0) return size;
    }
    return -1;
  }
}
