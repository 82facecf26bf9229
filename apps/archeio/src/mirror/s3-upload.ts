import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BlobToWrite, BlobWriter } from './destination.ts';
import { StatedError } from '../failure-reason.ts';
import { isObject } from './json-value.ts';
import { type S3Abilities, type S3Ability, withAbilities } from './s3-abilities.ts';
import { s3ErrorName, s3Status } from './s3-error.ts';

/** Where an upload goes, and what is known of the server. */
export interface UploadPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly server: S3Abilities;
  /** Whether the blob is there, with this size. */
  readonly isThere: () => Promise<boolean>;
}

const base64 = (sha256: Uint8Array): string => Buffer.from(sha256).toString('base64');
const hex = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');

/** The SHA-256 of bodies that are about to be sent. */
const digests = new WeakMap<object, Uint8Array>();

/**
 * Signs the SHA-256 that is known of a request's body, so that it is not computed again, and S3 refuses other bytes:
 * also the many servers that do not know checksums of objects.
 */
export function signKnownDigests(client: S3Client): void {
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

/** Whether somebody else was first: the blob is there, or about to be. */
const isTaken = (error: unknown): boolean => s3Status(error) === 412;
const isInProgress = (error: unknown): boolean => s3Status(error) === 409;

/**
 * Puts only where nothing is, as far as the server knows how to (RFC 9110 §13.1.2).
 *
 * @returns false where somebody else was first
 */
async function conditionally(
  place: UploadPlace,
  ability: 'conditionalPut' | 'conditionalCompletion',
  replace: boolean,
  put: (has: { readonly checksums: boolean; readonly condition: object }) => Promise<unknown>,
): Promise<boolean> {
  const attempt = async (abilities: readonly S3Ability[]): Promise<void> => {
    await withAbilities(place.server, abilities, (used) =>
      put({
        checksums: used.has('checksums'),
        condition: used.has(ability) ? { IfNoneMatch: '*' } : {},
      }),
    );
  };
  const isConditional = !replace && place.server[ability];
  try {
    await attempt(isConditional ? ['checksums', ability] : ['checksums']);
  } catch (error) {
    if (!isConditional) throw error;
    if (isTaken(error) || (isInProgress(error) && (await place.isThere()))) return false;
    if (!isInProgress(error)) throw error;
    await attempt(['checksums']);
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
        throw new StatedError(`blob ${blob.digest} has digest sha256:${hex(sha256)} at the source`);
      digests.set(part, sha256);
      await conditionally(place, 'conditionalPut', blob.replace, ({ checksums, condition }) =>
        client.send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: part,
            ContentLength: part.length,
            ContentType: 'application/octet-stream',
            ...(checksums && { ChecksumSHA256: base64(sha256) }),
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
  const { UploadId } = await withAbilities(place.server, ['checksums'], (used) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key,
        ContentType: 'application/octet-stream',
        ...(used.has('checksums') && { ChecksumAlgorithm: 'SHA256' }),
      }),
    ),
  );
  const abandon = async (): Promise<void> => {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  };
  const parts = new Map<number, { PartNumber: number; ETag: string; ChecksumSHA256: string }>();
  return {
    async write(part, offset, sha256) {
      const PartNumber = Math.floor(offset / blob.partSize) + 1;
      const ChecksumSHA256 = base64(sha256());
      digests.set(part, sha256());
      const { ETag = '' } = await withAbilities(place.server, ['checksums'], (used) =>
        client.send(
          new UploadPartCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber,
            Body: part,
            ContentLength: part.length,
            ...(used.has('checksums') && { ChecksumSHA256 }),
          }),
        ),
      );
      parts.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    },
    async finish() {
      const all = [...parts.values()].toSorted((a, b) => a.PartNumber - b.PartNumber);
      const plain = all.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      try {
        const isOurs = await conditionally(
          place,
          'conditionalCompletion',
          blob.replace,
          ({ checksums, condition }) =>
            client.send(
              new CompleteMultipartUploadCommand({
                Bucket,
                Key,
                UploadId,
                MultipartUpload: { Parts: checksums ? all : plain },
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
