import type { IncomingHttpHeaders } from 'node:http';
import { fieldOf, shown } from '@archeio/content-checks';

/** Header fields that only object storage sends: S3 and compatible servers, OSS, COS, OBS, Google Cloud Storage. */
const REQUEST_IDS = [
  'x-amz-request-id',
  'x-amz-id-2',
  'x-oss-request-id',
  'x-cos-request-id',
  'x-obs-request-id',
  'x-guploader-uploadid',
] as const;

const SERVERS = /^(?:AmazonS3|AliyunOSS|tencent-cos|OBS|UploadServer)\b/i;

/**
 * Whether an answer comes from object storage, which answers 403 for a missing key if the reader may not list the
 * bucket. A web server answers 403 for files that it cannot read.
 */
export function isObjectStorage(headers: IncomingHttpHeaders): boolean {
  return (
    SERVERS.test(fieldOf(headers, 'server') ?? '') ||
    REQUEST_IDS.some((field) => headers[field] !== undefined)
  );
}

/** The server's name for a message. */
export function serverIn(headers: IncomingHttpHeaders): string {
  const server = fieldOf(headers, 'server');
  return server === undefined ? 'a server without a name' : shown(server);
}
