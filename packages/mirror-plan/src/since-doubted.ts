import type { Contents } from './contents.ts';
import type { Sightings } from './sightings.ts';

/**
 * Blobs that gc has seen unreferenced since a run of sync began. The run relies on blobs that it found or wrote before,
 * and gc may delete them later: their records must not be written. The next run reads the sightings first, and copies
 * the blobs again.
 */
export class SinceDoubted {
  readonly #before: Sightings;
  /** What each manifest needs: digests of blobs and of manifests. */
  readonly #needs = new Map<string, readonly string[]>();
  /** The manifest of each record. */
  readonly #manifests = new Map<string, string>();
  #now: Sightings;

  /** @param before sightings of gc when the run began */
  constructor(contents: readonly Contents[], before: Sightings) {
    this.#before = before;
    this.#now = before;
    for (const { manifests, tagRecords } of contents) {
      for (const { record, digest, blobs, children } of manifests) {
        const known = this.#needs.get(digest) ?? [];
        this.#needs.set(digest, [...known, ...blobs.map((blob) => blob.digest), ...children]);
        this.#manifests.set(record, digest);
      }
      for (const { record, digest } of tagRecords) this.#manifests.set(record, digest);
    }
  }

  /** @param now current sightings of gc */
  look(now: Sightings): void {
    this.#now = now;
  }

  /** Whether a record must not be written. */
  isIn(record: string): boolean {
    const seen = new Set([this.#manifests.get(record) ?? '']);
    for (const digest of seen) {
      if (this.#now.blobs.has(digest) && !this.#before.blobs.has(digest)) return true;
      for (const need of this.#needs.get(digest) ?? []) seen.add(need);
    }
    return false;
  }
}
