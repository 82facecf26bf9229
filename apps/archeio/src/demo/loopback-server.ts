import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Answers a request. Rejections end the request with 500. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Part of a body that a request asks for. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** The single range of a request (RFC 9110 §14.1.2); undefined if it asks for everything. */
function partOf({ headers }: IncomingMessage, size: number): Part | undefined {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (start === undefined || Number(start) >= size) return undefined;
  return { start: Number(start), end: end ? Math.min(Number(end), size - 1) : size - 1 };
}

/** Sends bytes, or the part of them that the request asks for; to HEAD, only the header. */
export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  const part = partOf(request, bytes.length);
  const sent = part === undefined ? bytes : bytes.subarray(part.start, part.end + 1);
  response.writeHead(part === undefined ? 200 : 206, {
    ...headers,
    'accept-ranges': 'bytes',
    'content-length': sent.length,
    ...(part && { 'content-range': `bytes ${part.start}-${part.end}/${bytes.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : sent);
}

export function sendNothing(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

/** A server on a free port of loopback that can hang: it then accepts connections and requests, and never answers. */
export class LoopbackServer {
  readonly #answer: Answer;
  readonly #unanswered = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#receive(request, response));
  #hangs = false;
  #url = '';

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  /** Its origin; empty before {@link listen}. */
  get url(): string {
    return this.#url;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  hang(): void {
    this.#hangs = true;
  }

  /** Answers again. Requests that it has not answered end with their connection, as when a server is restarted. */
  recover(): void {
    this.#hangs = false;
    for (const response of this.#unanswered) response.destroy();
    this.#unanswered.clear();
  }

  async close(): Promise<void> {
    this.recover();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (this.#hangs) {
      this.#unanswered.add(response);
      response.once('close', () => this.#unanswered.delete(response));
      return;
    }
    try {
      await this.#answer(request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else sendNothing(response, 500);
    }
  }
}
