import { StatedError } from '@archeio/plain-errors';
import { abortUpload, type UploadPlace } from './s3-upload.ts';

/** S3 copies at most 5 GiB in one request; larger objects are copied in parts. */
const MOST_AT_ONCE = 5 * 1024 ** 3;
const PART = 1024 ** 3;

/** Sizes that tests make smaller. */
export interface ServerCopySizes {
  readonly mostAtOnce: number;
  readonly part: number;
}

/** Copies an object within its bucket, on the server. The copy becomes visible as a whole. */
export async function copyOnServer(
  { client, bucket: Bucket, key: Key }: UploadPlace,
  from: string,
  size: number,
  { mostAtOnce, part }: ServerCopySizes = { mostAtOnce: MOST_AT_ONCE, part: PART },
): Promise<void> {
  const CopySource = [Bucket, ...from.split('/')].map((each) => encodeURIComponent(each)).join('/');
  if (size <= mostAtOnce) {
    // S3 may answer 200 before it has copied; the result is in the body.
    const { CopyObjectResult } = await client.copyObject({ Bucket, Key, CopySource });
    if (!CopyObjectResult?.ETag)
      throw new StatedError('answered 200 without an S3 response, and nothing was copied');
    return;
  }
  const ContentType = 'application/octet-stream';
  const { UploadId } = await client.createMultipartUpload({ Bucket, Key, ContentType });
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let at = 0; at < size; at += part) {
      const PartNumber = Parts.length + 1;
      const CopySourceRange = `bytes=${at}-${Math.min(at + part, size) - 1}`;
      const { CopyPartResult } = await client.uploadPartCopy({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource,
        CopySourceRange,
      });
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    const MultipartUpload = { Parts };
    await client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload });
  } catch (error) {
    await abortUpload(client, { Bucket, Key, UploadId }).catch(() => {});
    throw error;
  }
}
