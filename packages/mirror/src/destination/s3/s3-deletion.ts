import { StatedError } from '@archeio/plain-errors';
import { withAbilities } from './s3-abilities.ts';
import { s3Meaning } from './s3-error.ts';
import type { UploadPlace } from './s3-upload.ts';

/** S3's limit for one DeleteObjects request. */
const DELETED_AT_ONCE = 1000;

type DeletionPlace = Pick<UploadPlace, 'client' | 'bucket' | 'server'>;

/** Deletes objects by their keys. A missing object is not an error. */
export async function deleteKeys(place: DeletionPlace, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += DELETED_AT_ONCE) {
    const some = keys.slice(at, at + DELETED_AT_ONCE);
    // The request requires a checksum, and not every server supports the SDK's.
    await withAbilities(place.server, ['manyDeletions'], async (used) => {
      if (used.has('manyDeletions')) await deleteMany(place, some);
      else for (const Key of some) await place.client.deleteObject({ Bucket: place.bucket, Key });
    });
  }
}

async function deleteMany(
  { client, bucket: Bucket }: DeletionPlace,
  keys: readonly string[],
): Promise<void> {
  const Objects = keys.map((Key) => ({ Key }));
  const { Errors: [first] = [] } = await client.deleteObjects({
    Bucket,
    Delete: { Objects, Quiet: true },
  });
  if (first !== undefined)
    throw new StatedError(
      `${first.Key ?? ''}: ${s3Meaning(first.Code ?? '', first.Message ?? '')}`,
    );
}
