import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3_ENVIRONMENT } from './mirror-command.ts';

const REGION = 'us-east-1';

/** A bucket of the test's S3 server, to look into. */
export class Bucket {
  readonly name: string;
  readonly #url: string;
  readonly #client: S3Client;

  constructor(url: string, name: string) {
    this.name = name;
    this.#url = url;
    this.#client = new S3Client({
      endpoint: url,
      region: REGION,
      forcePathStyle: true,
      credentials: {
        accessKeyId: S3_ENVIRONMENT.AWS_ACCESS_KEY_ID,
        secretAccessKey: S3_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
      },
    });
  }

  /** It as a destination of a mirror. */
  get destination(): object {
    return {
      name: this.name,
      type: 's3',
      bucket: this.name,
      region: REGION,
      endpoint: this.#url,
      forcePathStyle: true,
    };
  }

  /** From now on anyone may read what is in it, and list it. */
  async publish(): Promise<void> {
    const name = `arn:aws:s3:::${this.name}`;
    const allowed = [
      ['s3:GetObject', `${name}/*`],
      ['s3:ListBucket', name],
    ];
    const everyone = { Effect: 'Allow', Principal: '*' };
    const Statement = allowed.map(([Action, Resource]) => ({ ...everyone, Action, Resource }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.#client.send(new PutBucketPolicyCommand({ Bucket: this.name, Policy }));
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.#client.send(
      new ListObjectsV2Command({ Bucket: this.name }),
    );
    return Contents.map(({ Key = '' }) => Key);
  }

  async sha256(key: string): Promise<string> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return createHash('sha256')
      .update((await Body?.transformToByteArray()) ?? '')
      .digest('hex');
  }

  /** Keys of multipart uploads that are neither completed nor ended. */
  async unfinished(): Promise<string[]> {
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.name }),
    );
    return Uploads.map(({ Key = '' }) => Key);
  }
}
