import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3_ENVIRONMENT } from './mirror-command.ts';
import type { Place } from './place.ts';

const REGION = 'us-east-1';

/** A bucket of the test's S3 server, for inspection. */
export class Bucket implements Place {
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

  /** As a destination of a mirror. */
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

  /** Lets anyone read and list it from now on. */
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
    const keys: string[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.name });
    for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = '' }) => Key));
    return keys;
  }

  async get(key: string): Promise<Buffer> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? '');
  }

  async set(key: string, bytes: Buffer): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: bytes }));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  async sha256(key: string): Promise<string> {
    return createHash('sha256')
      .update(await this.get(key))
      .digest('hex');
  }

  /** Starts an upload and abandons it. */
  async beginUpload(key: string): Promise<void> {
    await this.#client.send(new CreateMultipartUploadCommand({ Bucket: this.name, Key: key }));
  }

  /** Keys of multipart uploads that are neither completed nor aborted. */
  async unfinished(): Promise<string[]> {
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.name }),
    );
    return Uploads.map(({ Key = '' }) => Key);
  }
}
