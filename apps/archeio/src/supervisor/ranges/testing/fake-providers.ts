import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A published file, and how it is answered. */
export interface Publication {
  readonly body: string | Buffer;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Answers to the first requests, one each: a status, a truncated body, or none at all. */
  readonly trouble?: (number | 'cut' | 'cut-chunked' | 'hang')[];
}

/** A request that was received. */
export interface SeenRequest {
  readonly path: string;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly status: number;
}

/** A fake server of all providers, with conditional requests (RFC 9110 §13) and failures. */
export class FakeProviders implements AsyncDisposable {
  readonly files = new Map<string, Publication>();
  readonly seen: SeenRequest[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(): Promise<FakeProviders> {
    const providers = new FakeProviders();
    await new Promise<void>((resolve) => providers.#server.listen(0, '127.0.0.1', resolve));
    return providers;
  }

  get origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  }

  /** The statuses answered since the last call. */
  takeStatuses(): number[] {
    return this.seen.splice(0).map(({ status }) => status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const file = this.files.get(path);
    const ifNoneMatch = request.headers['if-none-match'];
    const ifModifiedSince = request.headers['if-modified-since'];
    const end = (status: number, body: string | Buffer = ''): void => {
      this.seen.push({ path, ifNoneMatch, ifModifiedSince, status });
      response.writeHead(status, {
        ...(file?.etag && { etag: file.etag }),
        ...(file?.lastModified && { 'last-modified': file.lastModified }),
      });
      response.end(body);
    };
    if (file === undefined) return end(404);
    const trouble = file.trouble?.shift();
    if (typeof trouble === 'number') return end(trouble, '<html>trouble</html>');
    if (trouble === 'hang') {
      this.seen.push({ path, ifNoneMatch, ifModifiedSince, status: 0 });
      return;
    }
    if (trouble !== undefined) {
      this.seen.push({ path, ifNoneMatch, ifModifiedSince, status: 200 });
      const length = Buffer.byteLength(file.body);
      response.writeHead(200, trouble === 'cut' ? { 'content-length': length } : {});
      response.write(file.body.slice(0, file.body.length / 2));
      setTimeout(() => request.socket.destroy(), 20);
      return;
    }
    const known =
      (file.etag !== undefined && ifNoneMatch === file.etag) ||
      (ifNoneMatch === undefined &&
        file.lastModified !== undefined &&
        ifModifiedSince === file.lastModified);
    end(known ? 304 : 200, known ? '' : file.body);
  }
}
