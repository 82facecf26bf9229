import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BlobToWrite, BlobWriter } from './destination.ts';
import { isObject, textAt } from './json-value.ts';
import { s3ErrorName, s3Status } from './s3-error.ts';

/** Where an upload goes, and what is known of the server. */
export interface UploadPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** What the server has said that it cannot do is not asked of it again. */
  readonly server: { conditionalPut: boolean; conditionalCompletion: boolean };
  /** Whether the blob is there, with this size. */
  readonly isThere: () => Promise<boolean>;
}

const base64 = (sha256: Uint8Array): string => Buffer.from(sha256).toString('base64');
const hex = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');

/**
 * Signs the SHA-256 that a request's `ChecksumSHA256` says, so that it is not computed again, and S3 refuses other
 * bytes: also the many servers that do not know checksums of objects.
 */
export function signGivenDigests(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = 'request' in args ? args.request : undefined;
      const headers = isObject(request) ? request['headers'] : undefined;
      const checksum = textAt(args.input, 'ChecksumSHA256');
      if (checksum !== undefined && isObject(headers))
        Object.assign(headers, { 'x-amz-content-sha256': hex(Buffer.from(checksum, 'base64')) });
      return next(args);
    },
    { step: 'build', name: 'signGivenDigests' },
  );
}

/** Whether somebody else was first: the blob is there, or about to be. */
const isTaken = (error: unknown): boolean => s3Status(error) === 412;
const isInProgress = (error: unknown): boolean => s3Status(error) === 409;
const isUnknownToServer = (error: unknown): boolean =>
  s3Status(error) === 501 || s3ErrorName(error) === 'NotImplemented';

/**
 * Puts only where nothing is, as far as the server knows how to (RFC 9110 §13.1.2).
 *
 * @returns false where somebody else was first
 */
async function conditionally(
  place: UploadPlace,
  knows: keyof UploadPlace['server'],
  replace: boolean,
  put: (condition: { IfNoneMatch?: string }) => Promise<unknown>,
): Promise<boolean> {
  const condition = !replace && place.server[knows] ? { IfNoneMatch: '*' } : {};
  try {
    await put(condition);
  } catch (error) {
    if (condition.IfNoneMatch === undefined) throw error;
    if (isTaken(error) || (isInProgress(error) && (await place.isThere()))) return false;
    if (!isUnknownToServer(error) && !isInProgress(error)) throw error;
    if (isUnknownToServer(error)) place.server[knows] = false;
    await put({});
  }
  return true;
}

/** One request: S3 is told the digest, and refuses what has another. */
export function singlePut(place: UploadPlace, blob: BlobToWrite): BlobWriter {
  const { client, bucket: Bucket, key: Key } = place;
  return {
    async write(part, _, computeSha256) {
      const sha256 = computeSha256();
      if (`sha256:${hex(sha256)}` !== blob.digest)
        throw new Error(`blob ${blob.digest} has digest sha256:${hex(sha256)} at the source`);
      await conditionally(place, 'conditionalPut', blob.replace, (condition) =>
        client.send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: part,
            ContentLength: part.length,
            ContentType: 'application/octet-stream',
            ChecksumSHA256: base64(sha256),
            ...condition,
          }),
        ),
      );
    },
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** Parts, each with its SHA-256; visible when it is completed, and that only when the digest is proven. */
export async function multipart(place: UploadPlace, blob: BlobToWrite): Promise<BlobWriter> {
  const { client, bucket: Bucket, key: Key } = place;
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      Bucket,
      Key,
      ContentType: 'application/octet-stream',
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  const abandon = async (): Promise<void> => {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  };
  const parts = new Map<number, { PartNumber: number; ETag: string; ChecksumSHA256: string }>();
  return {
    async write(part, offset, sha256) {
      const PartNumber = Math.floor(offset / blob.partSize) + 1;
      const ChecksumSHA256 = base64(sha256());
      const { ETag = '' } = await client.send(
        new UploadPartCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber,
          Body: part,
          ContentLength: part.length,
          ChecksumSHA256,
        }),
      );
      parts.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    },
    async finish() {
      const Parts = [...parts.values()].toSorted((a, b) => a.PartNumber - b.PartNumber);
      try {
        const isOurs = await conditionally(
          place,
          'conditionalCompletion',
          blob.replace,
          (condition) =>
            client.send(
              new CompleteMultipartUploadCommand({
                Bucket,
                Key,
                UploadId,
                MultipartUpload: { Parts },
                ...condition,
              }),
            ),
        );
        if (!isOurs) await abandon();
      } catch (error) {
        // Another run has finished the same blob, and has taken ours for a leftover.
        if (s3ErrorName(error) !== 'NoSuchUpload' || !(await place.isThere())) throw error;
      }
    },
    abandon,
  };
}
