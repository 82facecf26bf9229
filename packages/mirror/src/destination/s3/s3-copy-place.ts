import { COPY_PREFIX, type ListedCopy, STATES_PREFIX } from '@archeio/mirror-plan';
import type { CopyPlace, ReadObject } from '../copy-place.ts';
import { deleteKeys } from './s3-deletion.ts';
import { s3Status } from './s3-error.ts';
import type { ListedObject } from './s3-listing.ts';
import { copyOnServer } from './s3-server-copy.ts';
import { putBytes, putIfAbsent, type UploadPlace } from './s3-upload.ts';

/** What a copy needs of its bucket. */
export interface CopyBucket {
  readonly placeOf: (key: string) => UploadPlace;
  readonly keyOf: (digest: string) => string;
  readonly objects: (prefix: string) => AsyncIterable<ListedObject>;
  /** Does something with a bucket; its errors say what. */
  readonly attempt: <Result>(action: string, work: () => Promise<Result>) => Promise<Result>;
}

/** Objects deleted before the next ones are looked at again. */
const DELETED_AT_ONCE = 100;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const secondOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** A copy of a registry in a bucket: every object has its key and its media type. */
export class S3CopyPlace implements CopyPlace {
  readonly linksBlobs: boolean;
  readonly #bucket: CopyBucket;

  constructor(bucket: CopyBucket, linksBlobs: boolean) {
    this.#bucket = bucket;
    this.linksBlobs = linksBlobs;
  }

  async *list(): AsyncGenerator<ListedCopy> {
    for await (const { Key, Size, LastModified, ETag } of this.#bucket.objects(COPY_PREFIX))
      yield { key: Key, size: Size, modified: LastModified, version: ETag };
  }

  async *states(): AsyncGenerator<string> {
    for await (const { Key } of this.#bucket.objects(STATES_PREFIX)) yield Key;
  }

  put(key: string, bytes: Uint8Array, mediaType: string): Promise<string | undefined> {
    const { attempt, placeOf } = this.#bucket;
    return attempt(`write ${key}`, () => putBytes(placeOf(key), bytes, mediaType));
  }

  read(key: string): Promise<ReadObject | undefined> {
    const { attempt, placeOf } = this.#bucket;
    return attempt(`read ${key}`, async () => {
      const { client, bucket } = placeOf(key);
      try {
        const { Body, ContentType = '' } = await client.getObject({ Bucket: bucket, Key: key });
        return Body && { mediaType: ContentType, bytes: Body.transformToWebStream() };
      } catch (error) {
        if (s3Status(error) === 404) return undefined;
        throw error;
      }
    });
  }

  linkBlob(digest: string, size: number, key: string): Promise<void> {
    const { attempt, placeOf, keyOf } = this.#bucket;
    return attempt(`write ${key}`, () => copyOnServer(placeOf(key), keyOf(digest), size));
  }

  async delete(objects: readonly ListedCopy[]): Promise<ReadonlySet<string>> {
    const deleted = new Set<string>();
    for (let at = 0; at < objects.length; at += DELETED_AT_ONCE) {
      const some = objects.slice(at, at + DELETED_AT_ONCE);
      const same = await Promise.all(some.map((each) => this.#isUnchanged(each)));
      const keys = some.filter((_, number) => same[number]).map(({ key }) => key);
      await this.#bucket.attempt('delete', () => deleteKeys(this.#bucket.placeOf(''), keys));
      for (const key of keys) deleted.add(key);
    }
    return deleted;
  }

  putIfAbsent(key: string, text: string): Promise<void> {
    const { attempt, placeOf } = this.#bucket;
    return attempt(`write ${key}`, () =>
      putIfAbsent(placeOf(key), encode(text), 'application/json'),
    );
  }

  /** HEAD states the time in seconds only, a listing may state more. */
  #isUnchanged({ key, version, modified }: ListedCopy): Promise<boolean> {
    return this.#bucket.attempt(`read ${key}`, async () => {
      const { client, bucket } = this.#bucket.placeOf(key);
      try {
        const { ETag, LastModified } = await client.headObject({ Bucket: bucket, Key: key });
        const isSame = version === undefined || ETag === undefined || ETag === version;
        return isSame && secondOf(LastModified?.getTime() ?? Number.NaN) === secondOf(modified);
      } catch (error) {
        if (s3Status(error) === 404) return false;
        throw error;
      }
    });
  }
}
