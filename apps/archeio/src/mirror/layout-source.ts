import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, isTag, parseManifest } from '@archeio/oci-distribution';
import { type ListedTag, type ReadManifest, reasonOf } from '@archeio/mirror';
import { FailedError } from '../commands/errors.ts';
import { errorCode } from '../error-code.ts';
import { textAt, tryParseJson } from './json-value.ts';
import type { Pacer } from './pacer.ts';
import { proveDigest } from './prove-digest.ts';
import type { BlobBytes, Source } from './source.ts';

/** The only one that there is. */
const VERSION = '1.0.0';
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
    const version = textAt(tryParseJson(await this.#text('oci-layout')), 'imageLayoutVersion');
    if (version !== VERSION) {
      const found = version === undefined ? 'and found none' : `not ${JSON.stringify(version)}`;
      throw this.#error('oci-layout', `expected imageLayoutVersion ${VERSION}, ${found}`);
    }
    await this.#index();
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
    const text = await this.#text(fileOf(digest));
    proveDigest('manifest', digest, text);
    return { digest, text, contentType: '' };
  }

  referrers(): Promise<readonly Descriptor[]> {
    return Promise.resolve([]);
  }

  async *blob(_: string, digest: string): BlobBytes {
    const file = fileOf(digest);
    const stream = createReadStream(join(this.#path, file), { highWaterMark: 262_144 });
    try {
      for await (const chunk of stream) {
        const bytes: Uint8Array = chunk;
        await this.#bytes.take(bytes.length);
        yield bytes;
      }
    } catch (error) {
      throw this.#error(file, reasonOfFile(error));
    }
  }

  async #index(): Promise<readonly Descriptor[]> {
    const text = await this.#text('index.json');
    try {
      const index = parseManifest(text);
      if (index.kind === 'index') return index.manifests;
    } catch (error) {
      throw this.#error('index.json', reasonOf(error));
    }
    throw this.#error('index.json', 'expected an index, with manifests');
  }

  async #text(file: string): Promise<string> {
    try {
      return await readFile(join(this.#path, file), 'utf8');
    } catch (error) {
      throw this.#error(file, reasonOfFile(error));
    }
  }

  #error(file: string, why: string): FailedError {
    return new FailedError(`cannot read "${file}" of OCI image layout "${this.#path}": ${why}`);
  }
}

const fileOf = (digest: string): string => join('blobs', ...digest.split(':'));

const reasonOfFile = (error: unknown): string =>
  errorCode(error) === 'ENOENT' ? 'it is not there' : reasonOf(error);
