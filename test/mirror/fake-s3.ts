import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../parts/ports.ts';

/** Answers instead of the server if it returns true. */
export type S3Trouble = (request: IncomingMessage, response: ServerResponse) => boolean;

const PAGE = 1000;
const XML = '<?xml version="1.0" encoding="UTF-8"?>';

/** The part of S3 that a mirror uses, in memory, for behaviour that a real server cannot be made to show. */
export class FakeS3 {
  readonly asked: string[] = [];
  /** Sizes of the objects, by path. */
  readonly objects = new Map<string, number>();
  readonly #parts = new Map<string, number>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #uploads = 0;
  trouble: S3Trouble = () => false;
  url = '';

  static async start(): Promise<FakeS3> {
    const server = new FakeS3();
    server.url = `http://127.0.0.1:${await listenOnLoopback(server.#server)}`;
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`);
    if (this.trouble(request, response)) {
      request.resume();
      return;
    }
    const hash = createHash('sha256');
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      hash.update(chunk);
    });
    request.on('end', () => this.#done(request, response, size, hash.digest('hex')));
  }

  #done(request: IncomingMessage, response: ServerResponse, size: number, sha256: string): void {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const path = decodeURIComponent(pathname);
    const upload = searchParams.get('uploadId');
    if (size > 0 && method === 'PUT' && headers['x-amz-content-sha256'] !== sha256) {
      this.#error(response, 400, 'XAmzContentSHA256Mismatch');
    } else if (method === 'GET' && searchParams.has('uploads')) {
      response.end(
        `${XML}<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
      );
    } else if (method === 'GET' && searchParams.has('list-type')) {
      this.#list(response, path.split('/')[1] ?? '', searchParams);
    } else if (method === 'POST' && searchParams.has('uploads')) {
      response.end(
        `${XML}<InitiateMultipartUploadResult><UploadId>${++this.#uploads}</UploadId></InitiateMultipartUploadResult>`,
      );
    } else if (method === 'PUT' && upload !== null) {
      this.#parts.set(upload, (this.#parts.get(upload) ?? 0) + size);
      response.setHeader('etag', `"${sha256}"`).end();
    } else if (method === 'POST' && upload !== null) {
      this.objects.set(path, this.#parts.get(upload) ?? 0);
      response.end(
        `${XML}<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>`,
      );
    } else if (method === 'PUT') {
      this.objects.set(path, size);
      response.setHeader('etag', `"${sha256}"`).end();
    } else if ((method === 'GET' || method === 'HEAD') && !this.objects.has(path)) {
      this.#error(response, 404, 'NoSuchKey');
    } else if (method === 'HEAD') {
      response.setHeader('content-length', this.objects.get(path) ?? 0).end();
    } else response.writeHead(method === 'DELETE' ? 204 : 200).end();
  }

  /** A thousand entries per page, as in S3. */
  #list(response: ServerResponse, bucket: string, query: URLSearchParams): void {
    const beginning = `/${bucket}/${query.get('prefix') ?? ''}`;
    const from = Number(query.get('continuation-token') ?? 0);
    const found = [...this.objects]
      .filter(([key]) => key.startsWith(beginning))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const more = found.length > from + PAGE;
    const contents = found
      .slice(from, from + PAGE)
      .map(
        ([key, bytes]) =>
          `<Contents><Key>${key.slice(bucket.length + 2)}</Key><Size>${bytes}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
      );
    const next = more ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : '';
    response.end(
      `${XML}<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  }

  #error(response: ServerResponse, status: number, code: string): void {
    response.writeHead(status).end(`${XML}<Error><Code>${code}</Code></Error>`);
  }
}

/** S3's answer to too many requests. */
export function slowDown(response: ServerResponse): void {
  response
    .writeHead(503, { 'content-type': 'application/xml' })
    .end(
      `${XML}<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`,
    );
}
