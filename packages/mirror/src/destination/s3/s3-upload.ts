import { createHash } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import type { BlobToWrite, BlobWriter } from '../destination.ts';
import { StatedError } from '@archeio/plain-errors';
import { isObject } from '../../json-value.ts';
import { type S3Abilities, type S3Ability, withAbilities } from './s3-abilities.ts';
import { s3ErrorName, s3Status } from './s3-error.ts';

/** Where an upload goes, and what is known about the server. */
export interface UploadPlace {
  readonly client: S3;
  readonly bucket: string;
  readonly key: string;
  readonly server: S3Abilities;
  /** What is currently stored under the key. */
  readonly stored: () => Promise<StoredObject | undefined>;
}

export interface StoredObject {
  readonly size: number | undefined;
  /** A new value for every object that is written. */
  readonly version: string;
}

/** How often to retry completing an upload when the answer is incomplete. */
const COMPLETIONS = 3;

const BINARY = 'application/octet-stream';

const base64 = (sha256: Uint8Array): string => Buffer.from(sha256).toString('base64');
const hex = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');

/** The known SHA-256 of request bodies. */
const digests = new WeakMap<object, Uint8Array>();

/**
 * Signs the known SHA-256 of a request's body. This avoids computing it again, and makes the server refuse other bytes,
 * including the many servers that do not support object checksums.
 */
export function signKnownDigests(client: S3): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = 'request' in args ? args.request : undefined;
      const headers = isObject(request) ? request['headers'] : undefined;
      const body: unknown = 'Body' in args.input ? args.input.Body : undefined;
      const sha256 = isObject(body) ? digests.get(body) : undefined;
      if (sha256 !== undefined && isObject(headers))
        Object.assign(headers, { 'x-amz-content-sha256': hex(sha256) });
      return next(args);
    },
    { step: 'build', name: 'signKnownDigests' },
  );
}

/** Whether another run was first: the blob is stored, or about to be. */
const isTaken = (error: unknown): boolean => s3Status(error) === 412;
const isInProgress = (error: unknown): boolean => s3Status(error) === 409;

/**
 * The checksum header for some bytes: buckets with an object lock require one, and servers that do not know the newer
 * algorithms know MD5 (drakkan/sftpgo#1336).
 */
function checksumOf(bytes: Uint8Array, sha256: Uint8Array, isKnown: boolean): object {
  if (isKnown) return { ChecksumSHA256: base64(sha256) };
  return { ContentMD5: createHash('md5').update(bytes).digest('base64') };
}

/** Optional parts of a request. */
interface Has {
  readonly checksums: boolean;
  readonly condition: object;
}

/**
 * Puts an object only if the key is free, provided that the server supports conditional requests (RFC 9110 §13.1.2).
 *
 * @returns false if another run was first
 */
async function conditionally(
  place: UploadPlace,
  ability: 'conditionalPut' | 'conditionalCompletion',
  replace: boolean,
  put: (has: Has) => Promise<unknown>,
): Promise<boolean> {
  const attempt = (abilities: readonly S3Ability[]): Promise<unknown> =>
    withAbilities(place.server, abilities, (used) =>
      put({
        checksums: used.has('checksums'),
        condition: used.has(ability) ? { IfNoneMatch: '*' } : {},
      }),
    );
  const isConditional = !replace && place.server[ability];
  try {
    await attempt(isConditional ? ['checksums', ability] : ['checksums']);
  } catch (error) {
    if (!isConditional) throw error;
    if (isTaken(error) || (isInProgress(error) && (await place.stored()) !== undefined))
      return false;
    if (!isInProgress(error)) throw error;
    await attempt(['checksums']);
  }
  return true;
}

/**
 * S3 answers with the ETag of the stored object. A 200 without an ETag comes from a proxy in between; then check what
 * is stored.
 */
async function proveStored(place: UploadPlace, ETag: string | undefined, size: number) {
  if (ETag || (await place.stored())?.size === size) return;
  throw new StatedError('answered 200 without an S3 response, and nothing was stored');
}

/** A single request that states the digest; S3 refuses bytes with a different one. */
export function singlePut(place: UploadPlace, blob: BlobToWrite): BlobWriter {
  return {
    async write(part, _, computeSha256) {
      const sha256 = computeSha256();
      if (`sha256:${hex(sha256)}` !== blob.digest)
        throw new StatedError(`blob ${blob.digest} has digest sha256:${hex(sha256)} at the source`);
      digests.set(part, sha256);
      await conditionally(place, 'conditionalPut', blob.replace, async ({ checksums, condition }) =>
        sendPut(place, part, {
          ContentType: BINARY,
          ...checksumOf(part, sha256, checksums),
          ...condition,
        }),
      );
    },
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** @returns the ETag of the object, if the server states it */
async function sendPut(
  place: UploadPlace,
  Body: Uint8Array,
  more: object,
): Promise<string | undefined> {
  const { client, bucket: Bucket, key: Key } = place;
  const put = { Bucket, Key, Body, ContentLength: Body.length, ...more };
  const { ETag } = await client.putObject(put);
  await proveStored(place, ETag, Body.length);
  return ETag || undefined;
}

/**
 * Puts an object that is not a blob. It needs a checksum as well (apache/arrow-rs-object-store#190).
 *
 * @returns the ETag of the object, if the server states it
 */
export async function putBytes(
  place: UploadPlace,
  bytes: Uint8Array,
  ContentType: string,
): Promise<string | undefined> {
  const sha256 = createHash('sha256').update(bytes).digest();
  digests.set(bytes, sha256);
  return withAbilities(place.server, ['checksums'], (used) =>
    sendPut(place, bytes, { ContentType, ...checksumOf(bytes, sha256, used.has('checksums')) }),
  );
}

/** Puts a small object unless its key is taken, as far as the server supports conditions. */
export async function putIfAbsent(
  place: UploadPlace,
  bytes: Uint8Array,
  ContentType: string,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest();
  digests.set(bytes, sha256);
  await conditionally(place, 'conditionalPut', false, ({ checksums, condition }) =>
    sendPut(place, bytes, { ContentType, ...checksumOf(bytes, sha256, checksums), ...condition }),
  );
}

/** Aborts an upload. A missing upload is not an error: it was completed, or another run aborted it. */
export async function abortUpload(
  client: S3,
  upload: Parameters<S3['abortMultipartUpload']>[0],
): Promise<void> {
  try {
    await client.abortMultipartUpload(upload);
  } catch (error) {
    if (s3ErrorName(error) !== 'NoSuchUpload') throw error;
  }
}

/**
 * A multipart upload; each part has its SHA-256. The upload is completed, and so made visible, only after the digest is
 * verified.
 */
export async function multipart(place: UploadPlace, blob: BlobToWrite): Promise<BlobWriter> {
  const { client, bucket: Bucket, key: Key } = place;
  const before = blob.replace ? await place.stored() : undefined;
  const { UploadId } = await withAbilities(place.server, ['checksums'], (used) =>
    client.createMultipartUpload({
      Bucket,
      Key,
      ContentType: BINARY,
      ...(used.has('checksums') && { ChecksumAlgorithm: 'SHA256' }),
    }),
  );
  if (!UploadId) throw new StatedError('answered 200 without an S3 response');
  const abandon = (): Promise<void> => abortUpload(client, { Bucket, Key, UploadId });
  let size = 0;
  /** Whether the stored object is the one that this upload wrote, rather than an earlier one. */
  const isStored = async (): Promise<boolean> => {
    const now = await place.stored();
    return now?.size === size && now.version !== before?.version;
  };
  const parts = new Map<number, { PartNumber: number; ETag: string; ChecksumSHA256: string }>();
  return {
    async write(part, offset, sha256) {
      const PartNumber = Math.floor(offset / blob.partSize) + 1;
      const ChecksumSHA256 = base64(sha256());
      digests.set(part, sha256());
      const { ETag = '' } = await withAbilities(place.server, ['checksums'], (used) =>
        client.uploadPart({
          Bucket,
          Key,
          UploadId,
          PartNumber,
          Body: part,
          ContentLength: part.length,
          ...checksumOf(part, sha256(), used.has('checksums')),
        }),
      );
      size += part.length;
      parts.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    },
    async finish() {
      const all = [...parts.values()].toSorted((a, b) => a.PartNumber - b.PartNumber);
      const plain = all.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      const complete = ({ checksums, condition }: Has): Promise<{ ETag?: string | undefined }> =>
        client.completeMultipartUpload({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: checksums ? all : plain },
          ...condition,
        });
      const isOurs = await conditionally(
        place,
        'conditionalCompletion',
        blob.replace,
        async (has) => completed(() => complete(has), isStored),
      );
      if (!isOurs) await abandon();
    },
    abandon,
  };
}

/**
 * Completes an upload. S3 sends status 200 at once and reports the outcome only in the body, so the answer may be
 * truncated or come from a proxy (aws/aws-sdk-java-v2#7068). A missing upload may have been completed by a request
 * whose answer was lost, or by another run (peak/s5cmd#450). In these cases what is stored decides.
 */
async function completed(
  complete: () => Promise<{ readonly ETag?: string | undefined }>,
  isStored: () => Promise<boolean>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    let failure: unknown;
    try {
      const { ETag } = await complete();
      if (ETag) return;
      failure = new StatedError('answered 200 without an S3 response, and nothing was stored');
    } catch (error) {
      if (s3Status(error) !== 200 && s3ErrorName(error) !== 'NoSuchUpload') throw error;
      failure = error;
    }
    if (await isStored()) return;
    if (tries === COMPLETIONS || s3ErrorName(failure) === 'NoSuchUpload') throw failure;
  }
}
