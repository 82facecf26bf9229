import { type Contents, SinceDoubted } from '@archeio/mirror-plan';
import { readSightings, type StoredBlobs } from './stored-blobs.ts';

/** Sightings of gc older than this are read again; milliseconds. */
const LOOKED_AT = 5000;

/** Records that must not be written because gc, during this run, found their blobs unreferenced in a destination. */
export class DoubtedRecords {
  readonly #doubted: readonly (readonly [StoredBlobs, SinceDoubted])[];
  readonly #now: () => number;
  #lookedAt = -Infinity;

  /** @param now milliseconds since any fixed moment */
  constructor(contents: readonly Contents[], stored: readonly StoredBlobs[], now: () => number) {
    this.#doubted = stored.map((each) => [each, new SinceDoubted(contents, each.sightings)]);
    this.#now = now;
  }

  async isIn(record: string): Promise<boolean> {
    if (this.#now() - this.#lookedAt > LOOKED_AT) {
      this.#lookedAt = this.#now();
      for (const [{ destination }, since] of this.#doubted)
        since.look(await readSightings(destination));
    }
    return this.#doubted.some(([, since]) => since.isIn(record));
  }
}
