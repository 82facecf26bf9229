import { type Contents, SinceDoubted } from '@archeio/mirror-plan';
import { readSightings, type StoredBlobs } from './stored-blobs.ts';

/** Sightings of gc older than this are read again; milliseconds. */
const LOOKED_AT = 5000;

/** Records that must not be written because gc, during this run, found their blobs unreferenced in a destination. */
export class DoubtedRecords {
  readonly #doubted: readonly (readonly [StoredBlobs, SinceDoubted])[];
  #lookedAt = -Infinity;

  constructor(contents: readonly Contents[], stored: readonly StoredBlobs[]) {
    this.#doubted = stored.map((each) => [each, new SinceDoubted(contents, each.sightings)]);
  }

  async isIn(record: string): Promise<boolean> {
    const now = performance.now();
    if (now - this.#lookedAt > LOOKED_AT) {
      this.#lookedAt = now;
      for (const [{ destination }, since] of this.#doubted)
        since.look(await readSightings(destination));
    }
    return this.#doubted.some(([, since]) => since.isIn(record));
  }
}
