import { join, resolve } from 'node:path';
import { type Descriptor, parseManifest } from '@archeio/oci-distribution';
import {
  type ListedTag,
  type ReadManifest,
  reasonOf,
  type Referrers,
  type ResolvedTag,
} from '@archeio/mirror-plan';
import { MirrorError } from '../mirror-error.ts';
import { failureReason } from '@archeio/plain-errors';
import { readRegular, readRegularStream } from '@archeio/bounded-reading';
import { textAt, tryParseJson } from '../json-value.ts';
import { layoutTag } from './layout-tag.ts';
import type { Pacer } from '../pacer.ts';
import { proveDigest } from '../prove-digest.ts';
import { sourceId } from './source-id.ts';
import type { BlobBytes, Source } from './source.ts';

/** The only version defined so far. */
const VERSION = '1.0.0';
/** Maximum size of an index or a manifest; bytes. */
const LARGEST_TEXT = 32 * 1024 * 1024;

/** An OCI image layout in a directory (OCI image-spec 1.1, image-layout.md), as one repository. */
export class LayoutSource implements Source {
  readonly name: string;
  readonly identity: string;
  readonly id: string;
  readonly #path: string;
  readonly #repository: string;
  readonly #bytes: Pacer;

  constructor({ path, name }: { readonly path: string; readonly name: string }, bytes: Pacer) {
    this.name = path;
    this.identity = `OCI image layout ${resolve(path)}`;
    this.id = sourceId(this.identity);
    this.#path = path;
    this.#repository = name;
    this.#bytes = bytes;
  }

  async check(): Promise<void> {
    const version = textAt(tryParseJson(await this.#text('oci-layout')), 'imageLayoutVersion');
    if (version !== VERSION) {
      const found = version === undefined ? 'but found none' : `not ${JSON.stringify(version)}`;
      throw this.#error('oci-layout', `expected imageLayoutVersion ${VERSION}, ${found}`);
    }
    await this.#index();
  }

  repositories(): Promise<readonly string[]> {
    return Promise.resolve([this.#repository]);
  }

  /** Images without a name are listed by digest. */
  async tags(): Promise<readonly ListedTag[]> {
    return (await this.#index()).map(({ digest, annotations = {} }) => ({
      tag: layoutTag(annotations) ?? digest,
      digest,
    }));
  }

  async resolve(_: string, tag: string): Promise<ResolvedTag> {
    const found = (await this.tags()).find((each) => each.tag === tag);
    if (found?.digest === undefined)
      throw this.#error('index.json', `no image has the tag ${JSON.stringify(tag)}`);
    return { digest: found.digest };
  }

  async manifest(_: string, digest: string): Promise<ReadManifest> {
    const bytes = await this.#read(fileOf(digest));
    proveDigest('manifest', digest, bytes);
    return { digest, text: new TextDecoder().decode(bytes), bytes, contentType: '' };
  }

  async taggedManifest(repository: string, tag: string): Promise<ReadManifest> {
    return this.manifest(repository, (await this.resolve(repository, tag)).digest);
  }

  referrers(): Promise<Referrers> {
    return Promise.resolve({ found: [] });
  }

  async *blob(_: string, digest: string): BlobBytes {
    const file = fileOf(digest);
    try {
      for await (const chunk of readRegularStream(join(this.#path, file))) {
        await this.#bytes.take(chunk.length);
        yield chunk;
      }
    } catch (error) {
      throw this.#error(file, failureReason(error));
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
    throw this.#error('index.json', 'expected an image index with manifests');
  }

  async #text(file: string): Promise<string> {
    return new TextDecoder().decode(await this.#read(file));
  }

  async #read(file: string): Promise<Uint8Array> {
    try {
      return await readRegular(join(this.#path, file), LARGEST_TEXT);
    } catch (error) {
      throw this.#error(file, failureReason(error));
    }
  }

  #error(file: string, why: string): MirrorError {
    return new MirrorError(`cannot read "${file}" of OCI image layout "${this.#path}": ${why}`);
  }
}

const fileOf = (digest: string): string => join('blobs', ...digest.split(':'));
