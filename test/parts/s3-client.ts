import { createHash, createHmac } from 'node:crypto';
import { openAsBlob } from 'node:fs';

/** The credentials that sign requests. */
export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

const REGION = 'us-east-1';

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** Who may read the object: everyone, or only its owner. */
export type Access = 'public-read' | 'private';

/** The header fields of a PUT, signed with AWS Signature Version 4; the body is left out of the signature. */
function signedHeaders(
  url: URL,
  { accessKey, secretKey }: S3Credentials,
  now: Date,
  access: Access,
): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    host: url.host,
    'x-amz-acl': access,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': time,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['PUT', url.pathname, '', lines.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = `${time.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const digest = createHash('sha256').update(request).digest('hex');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, digest].join('\n')).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/**
 * Creates a bucket, or an object from a file's bytes. Anyone may read it unless `access` says otherwise.
 *
 * @param path of the bucket or the object, below the server's URL
 * @throws Error with the server's answer, unless it is 200
 */
export async function putObject(
  server: string,
  path: string,
  credentials: S3Credentials,
  file?: string,
  access: Access = 'public-read',
): Promise<void> {
  // S3 signs the path as it encodes it, and it encodes the colon of a digest.
  const url = new URL(`${server}/${path.replaceAll(':', '%3A')}`);
  const { host: _, ...headers } = signedHeaders(url, credentials, new Date(), access);
  const response = await fetch(url, {
    method: 'PUT',
    headers,
    body: file === undefined ? null : await openAsBlob(file),
  });
  const answer = await response.text();
  if (response.status !== 200)
    throw new Error(`PUT ${url.href} was answered ${response.status}: ${answer}`);
}
