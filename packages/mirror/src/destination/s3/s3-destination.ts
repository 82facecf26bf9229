import { S3 } from '@aws-sdk/client-s3';
import { RECORD_PREFIXES } from '@archeio/mirror-plan';
import { MirrorError } from '../../mirror-error.ts';
import { gatherBytes } from '@archeio/bounded-reading';
import { credentialsReason } from '@archeio/plain-errors';
import { ATTEMPTS } from '../../backoff.ts';
import {
  type BlobToWrite,
  type BlobWriter,
  type Destination,
  EXAMPLE_DIGEST,
  LARGEST_TEXT,
  type StoredBlob,
} from '../destination.ts';
import { compileKeyPattern, type KeyPattern } from '../key-pattern.ts';
import type { CopyPlace } from '../copy-place.ts';
import { allAbilities } from './s3-abilities.ts';
import { type CopyBucket, S3CopyPlace } from './s3-copy-place.ts';
import { deleteKeys } from './s3-deletion.ts';
import { s3Error, s3Status } from './s3-error.ts';
import { createS3Handler } from './s3-handler.ts';
import { type ListedObject, type ListedUpload, listObjects, listUploads } from './s3-listing.ts';
import { patientRetries } from './s3-retries.ts';
import {
  abortUpload,
  multipart,
  putBytes,
  signKnownDigests,
  singlePut,
  type StoredObject,
  type UploadPlace,
} from './s3-upload.ts';
import type { BlobBytes } from '../../source/source.ts';
import type { Environment, BucketConfiguration } from '../../options.ts';
import { MACHINE_TIMING } from '../../timing.ts';

/** An unfinished upload of this age is abandoned; milliseconds. */
const ABANDONED = 24 * 60 * 60_000;

type Upload = Pick<ListedUpload, 'Key' | 'UploadId'>;

/** Amazon's directory buckets (S3 Express One Zone) list their keys in no particular order. */
const DIRECTORY_BUCKET = '--x-s3';

/** A bucket on Amazon S3 or a compatible server. Credentials come from the SDK's usual sources. */
export class S3Destination implements Destination {
  readonly name: string;
  readonly copy: CopyPlace | undefined;
  readonly #bucket: string;
  readonly #keys: KeyPattern;
  readonly #client: S3;
  readonly #server = allAbilities();
  /** Uploads that were started before this run, by key. */
  readonly #leftovers = new Map<string, Upload[]>();

  constructor(
    {
      name,
      bucket,
      region,
      key,
      endpoint,
      forcePathStyle,
      ...copy
    }: Omit<BucketConfiguration, 'type'>,
    environment: Environment,
  ) {
    this.name = name;
    this.#bucket = bucket;
    this.#keys = compileKeyPattern(key);
    this.#client = new S3({
      region,
      ...(endpoint !== undefined && { endpoint }),
      ...(forcePathStyle !== undefined && { forcePathStyle }),
      maxAttempts: ATTEMPTS,
      retryStrategy: patientRetries(MACHINE_TIMING),
      // We supply the SHA-256 ourselves; other servers fail on the SDK's own checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: createS3Handler(environment),
    });
    signKnownDigests(this.#client);
    const { contents, blobs } = copy;
    this.copy =
      contents === 'registry'
        ? new S3CopyPlace(this.#copyBucket(), blobs === 'repository')
        : undefined;
  }

  #copyBucket(): CopyBucket {
    return {
      placeOf: (key) => this.#placeOf(key),
      keyOf: this.#keys.keyOf,
      objects: (prefix) => this.#objects(prefix),
      attempt: (action, work) => this.#do(action, work),
    };
  }

  async check(): Promise<void> {
    try {
      await this.#client.config.credentials();
    } catch (error) {
      throw new MirrorError(
        `destination "${this.name}" has no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role (${credentialsReason(error)})`,
      );
    }
    // A listing's error says why, while that of a HEAD has no body; and every command starts with a listing.
    await this.#do(`use bucket "${this.#bucket}"`, () =>
      this.#client.listObjectsV2({ Bucket: this.#bucket, MaxKeys: 1 }),
    );
  }

  /** Starts an upload and aborts it: this leaves nothing visible, and needs the same permissions as writing a blob. */
  async checkWritable(): Promise<void> {
    const upload = { Bucket: this.#bucket, Key: this.#keys.keyOf(EXAMPLE_DIGEST) };
    const { UploadId } = await this.#do(`write to bucket "${this.#bucket}"`, () =>
      this.#client.createMultipartUpload(upload),
    );
    // An upload that cannot be aborted is left to `tidy`, like that of a killed run.
    await abortUpload(this.#client, { ...upload, UploadId }).catch(() => {});
  }

  async *list(): AsyncGenerator<StoredBlob> {
    for await (const { Key, Size, LastModified } of this.#objects(this.#keys.prefix)) {
      const digest = this.#keys.digestOf(Key);
      if (digest === undefined) continue;
      // A run may have died after it finished a blob and before it aborted uploads of others.
      await this.#endLeftovers(Key);
      yield { digest, size: Size, modified: LastModified };
    }
  }

  async *records(): AsyncGenerator<string> {
    for (const prefix of RECORD_PREFIXES)
      for await (const { Key } of this.#objects(prefix)) yield Key;
  }

  async begin(blob: BlobToWrite): Promise<BlobWriter> {
    const key = this.#keys.keyOf(blob.digest);
    const place = this.#placeOf(key);
    const isSmall =
      blob.size !== undefined && blob.size <= blob.partSize && blob.digest.startsWith('sha256:');
    const action = 'write the blob';
    const writer = await this.#do(action, () =>
      isSmall ? Promise.resolve(singlePut(place, blob)) : multipart(place, blob),
    );
    return {
      write: (part, offset, sha256) => this.#do(action, () => writer.write(part, offset, sha256)),
      finish: async () => {
        await this.#do(action, () => writer.finish());
        await this.#endLeftovers(key);
      },
      abandon: () => writer.abandon(),
    };
  }

  async putObject(key: string, content: string | Uint8Array): Promise<void> {
    const isText = typeof content === 'string';
    const bytes = isText ? new TextEncoder().encode(content) : content;
    const contentType = isText ? 'application/json' : 'application/octet-stream';
    await this.#do(`write ${key}`, () => putBytes(this.#placeOf(key), bytes, contentType));
  }

  async getText(key: string): Promise<string | undefined> {
    return this.#do(`read ${key}`, async () => {
      try {
        const { Body } = await this.#client.getObject({ Bucket: this.#bucket, Key: key });
        if (Body === undefined) return undefined;
        const bytes = await gatherBytes(Body.transformToWebStream(), LARGEST_TEXT);
        return new TextDecoder().decode(bytes);
      } catch (error) {
        if (s3Status(error) === 404) return undefined;
        throw error;
      }
    });
  }

  async *read(digest: string): BlobBytes {
    const { Body } = await this.#do(`read blob ${digest}`, () =>
      this.#client.getObject({ Bucket: this.#bucket, Key: this.#keys.keyOf(digest) }),
    );
    if (Body !== undefined) yield* Body.transformToWebStream();
  }

  /**
   * Lists, and deletes a page before it requests the next one: this keeps the time short in which a rewritten object
   * could be missed.
   */
  async deleteBlobs(blobs: readonly StoredBlob[]): Promise<ReadonlySet<string>> {
    const going = new Map(blobs.map((blob) => [this.#keys.keyOf(blob.digest), blob]));
    const deleted = new Set<string>();
    for await (const page of this.#pages(this.#keys.prefix)) {
      const unchanged = page.flatMap(({ Key, LastModified }) => {
        const blob = going.get(Key);
        return blob?.modified === LastModified ? [blob] : [];
      });
      await this.deleteTexts(unchanged.map(({ digest }) => this.#keys.keyOf(digest)));
      for (const { digest } of unchanged) deleted.add(digest);
      // Stop early: a bucket may be far larger than its garbage.
      if (deleted.size === going.size) break;
    }
    return deleted;
  }

  deleteTexts(keys: readonly string[]): Promise<void> {
    const place = { client: this.#client, bucket: this.#bucket, server: this.#server };
    return this.#do('delete', () => deleteKeys(place, keys));
  }

  /**
   * Aborts stale multipart uploads. Recent ones may belong to a concurrent run, so they are aborted only once their
   * blob exists or this run finishes it.
   */
  async tidy(): Promise<void> {
    await this.#do('list unfinished uploads', async () => {
      const { prefix } = this.#keys;
      const uploads = listUploads(
        (markers) =>
          this.#client.listMultipartUploads({ Bucket: this.#bucket, Prefix: prefix, ...markers }),
        prefix,
      );
      // A run may have died during its write test; aborting an active one does no harm.
      const trial = this.#keys.keyOf(EXAMPLE_DIGEST);
      for await (const { Key, UploadId, begun } of uploads) {
        const upload = { Key, UploadId };
        if (Key === trial) await this.#abort(upload).catch(() => {});
        else if (Date.now() - begun > ABANDONED) await this.#abort(upload);
        else this.#leftovers.set(Key, [...(this.#leftovers.get(Key) ?? []), upload]);
      }
    });
  }

  close(): void {
    this.#client.destroy();
  }

  async *#objects(prefix: string): AsyncGenerator<ListedObject> {
    for await (const page of this.#pages(prefix)) yield* page;
  }

  async *#pages(prefix: string): AsyncGenerator<readonly ListedObject[]> {
    const pages = listObjects(
      (ContinuationToken) =>
        this.#client.listObjectsV2({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken }),
      { prefix, order: this.#bucket.endsWith(DIRECTORY_BUCKET) ? 'none' : 'bytes' },
    );
    const next = (): ReturnType<typeof pages.next> =>
      this.#do(`list "${this.#bucket}/${prefix}"`, () => pages.next());
    for (let page = await next(); page.done !== true; page = await next()) yield page.value;
  }

  #placeOf(key: string): UploadPlace {
    return {
      client: this.#client,
      bucket: this.#bucket,
      key,
      server: this.#server,
      stored: () => this.#stored(key),
    };
  }

  async #stored(key: string): Promise<StoredObject | undefined> {
    try {
      const head = await this.#client.headObject({ Bucket: this.#bucket, Key: key });
      const { ContentLength, ETag, LastModified } = head;
      return { size: ContentLength, version: `${ETag} ${LastModified?.getTime()}` };
    } catch (error) {
      if (s3Status(error) === 404) return undefined;
      throw error;
    }
  }

  async #endLeftovers(key: string): Promise<void> {
    for (const left of this.#leftovers.get(key) ?? []) await this.#abort(left).catch(() => {});
    this.#leftovers.delete(key);
  }

  #abort({ Key, UploadId }: Upload): Promise<void> {
    return this.#do(`end an upload of ${Key}`, () =>
      abortUpload(this.#client, { Bucket: this.#bucket, Key, UploadId }),
    );
  }

  async #do<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof MirrorError ? error : s3Error(this.name, action, error);
    }
  }
}
