import type { ManifestSource, ReadManifest } from '@archeio/mirror-plan';

/**
 * Manifests that were read and will be written, up to a limit of memory. The others are read again when they are
 * written.
 */
export class HeldManifests {
  readonly #bytes = new Map<string, Uint8Array>();
  #free: number;

  /** @param memory bytes */
  constructor(memory: number) {
    this.#free = memory;
  }

  hold({ digest, bytes }: ReadManifest): void {
    if (bytes.length > this.#free || this.#bytes.has(digest)) return;
    this.#free -= bytes.length;
    this.#bytes.set(digest, bytes);
  }

  /** @throws an error of the source if it has to be read again */
  async bytesOf(source: ManifestSource, repository: string, digest: string): Promise<Uint8Array> {
    return this.#bytes.get(digest) ?? (await source.manifest(repository, digest)).bytes;
  }
}

/** The same source; what it reads is held. */
export function holding(source: ManifestSource, held: HeldManifests): ManifestSource {
  const kept = (manifest: ReadManifest): ReadManifest => {
    held.hold(manifest);
    return manifest;
  };
  return {
    tags: (repository) => source.tags(repository),
    referrers: (repository, digest) => source.referrers(repository, digest),
    resolve: async (repository, tag) => {
      const resolved = await source.resolve(repository, tag);
      if (resolved.manifest !== undefined) held.hold(resolved.manifest);
      return resolved;
    },
    manifest: async (repository, digest) => kept(await source.manifest(repository, digest)),
    taggedManifest: async (repository, tag) => kept(await source.taggedManifest(repository, tag)),
  };
}
