import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, isTag, parseManifest } from '@archeio/oci-distribution';
import type { ListedTag, ReadManifest } from '@archeio/mirror';
import { FailedError } from '../commands/errors.ts';
import type { Pacer } from './pacer.ts';
import { proveDigest } from './prove-digest.ts';
import type { BlobBytes, Source } from './source.ts';

const REFERENCE = 'org.opencontainers.image.ref.name';

/** An OCI image layout in a directory (OCI image-spec 1.1, image-layout.md), as one repository. */
export class LayoutSource implements Source {
  readonly name: string;
  readonly #path: string;
  readonly #repository: string;
  readonly #bytes: Pacer;

  constructor({ path, name }: { readonly path: string; readonly name: string }, bytes: Pacer) {
    this.name = path;
    this.#path = path;
    this.#repository = name;
    this.#bytes = bytes;
  }

  async check(): Promise<void> {
    try {
      await this.#index();
    } catch (error) {
      throw new FailedError(
        `cannot read "${join(this.#path, 'index.json')}": expected an OCI image layout (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }

  repositories(): Promise<readonly string[]> {
    return Promise.resolve([this.#repository]);
  }

  /** Images without a name go by their digest. */
  async tags(): Promise<readonly ListedTag[]> {
    return (await this.#index()).map(({ digest, annotations }) => {
      const name = annotations?.[REFERENCE] ?? '';
      return { tag: isTag(name) ? name : digest, digest };
    });
  }

  digestOf(_: string, tag: string): Promise<string> {
    return Promise.resolve(tag);
  }

  async manifest(_: string, digest: string): Promise<ReadManifest> {
    const text = await readFile(this.#fileOf(digest), 'utf8');
    proveDigest('manifest', digest, text);
    return { digest, text, contentType: '' };
  }

  referrers(): Promise<readonly Descriptor[]> {
    return Promise.resolve([]);
  }

  async *blob(_: string, digest: string): BlobBytes {
    for await (const chunk of createReadStream(this.#fileOf(digest), { highWaterMark: 262_144 })) {
      const bytes: Uint8Array = chunk;
      await this.#bytes.take(bytes.length);
      yield bytes;
    }
  }

  #fileOf(digest: string): string {
    return join(this.#path, 'blobs', ...digest.split(':'));
  }

  async #index(): Promise<readonly Descriptor[]> {
    const index = parseManifest(await readFile(join(this.#path, 'index.json'), 'utf8'));
    if (index.kind !== 'index') throw new SyntaxError('cannot read manifest: expected an index');
    return index.manifests;
  }
}
