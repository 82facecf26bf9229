import type { Contents, WantedManifest } from './read-repository.ts';

interface Waiting {
  readonly record: string;
  rest: number;
}

/** Tells when a manifest, with all it needs, is in every destination, and so its record may be written. */
export class Completion {
  /** What waits for a blob, a manifest or (for a tag's record) its manifest. */
  readonly #waiting = new Map<string, Waiting[]>();
  /** Which digest becomes complete with a record. */
  readonly #digests = new Map<Waiting, string>();
  readonly #ready: string[] = [];

  /** @param isThere whether a blob is in every destination already */
  constructor(contents: readonly Contents[], isThere: (digest: string) => boolean) {
    const manifests = new Map<string, WantedManifest>();
    for (const each of contents.flatMap(({ manifests: all }) => all)) {
      // Another repository may have more that refers to it.
      const children = [...(manifests.get(each.digest)?.children ?? []), ...each.children];
      manifests.set(each.digest, { ...each, children });
    }
    const begun: Waiting[] = [];
    for (const { digest, record, blobs, children } of manifests.values()) {
      const missing = blobs.filter((blob) => !isThere(blob.digest)).map((blob) => blob.digest);
      begun.push(this.#wait(record, [...missing, ...new Set(children)], digest));
    }
    for (const { record, digest } of contents.flatMap(({ tagRecords }) => tagRecords)) {
      // A manifest that is recorded is not read, and nothing has to be waited for.
      begun.push(this.#wait(record, manifests.has(digest) ? [digest] : []));
    }
    for (const each of begun.filter(({ rest }) => rest === 0)) this.#finish(each);
  }

  #wait(record: string, needs: readonly string[], digest?: string): Waiting {
    const waiting = { record, rest: needs.length };
    if (digest !== undefined) this.#digests.set(waiting, digest);
    for (const need of needs) {
      const others = this.#waiting.get(need);
      if (others === undefined) this.#waiting.set(need, [waiting]);
      else others.push(waiting);
    }
    return waiting;
  }

  #finish(waiting: Waiting): void {
    this.#ready.push(waiting.record);
    const digest = this.#digests.get(waiting);
    if (digest !== undefined) this.done(digest);
  }

  /** A blob is in every destination now. */
  done(digest: string): void {
    const waiting = this.#waiting.get(digest) ?? [];
    this.#waiting.delete(digest);
    for (const each of waiting) {
      each.rest--;
      if (each.rest === 0) this.#finish(each);
    }
  }

  /** The records that may be written since the last time. */
  take(): readonly string[] {
    return this.#ready.splice(0);
  }
}
