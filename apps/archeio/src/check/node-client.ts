import http from 'node:http';
import https from 'node:https';
import { blobSize, byteCount } from './blob-size.ts';
import { LONGEST_BODY, requestHeaders } from './request-headers.ts';
import type { BodyRead } from './body-reader.ts';
import type { CheckMethod, StatusAnswer } from './store-checker.ts';
import type { StoreClient } from './timed-checker.ts';

/** Connections to one store, in use and idle. */
const MAX_SOCKETS = 64;

/** Bytes of a response's header section. */
const MAX_HEADER_SIZE = 16_384;

/** Errors of a pooled connection that the store closed while it was idle. */
const CLOSED_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

function isDeadConnection(request: http.ClientRequest, error: Error): boolean {
  return request.reusedSocket && 'code' in error && CLOSED_CODES.has(error.code);
}

/** Reads what little body there is, so that the connection can be used again, and calls back when that is over. */
function drain(response: http.IncomingMessage, done: () => void): void {
  let received = 0;
  response.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > LONGEST_BODY) response.destroy();
  });
  response.once('close', done);
}

/** Reads a body until so many bytes have come or it ends whole; the rest is dropped with its connection. */
function receive(
  response: http.IncomingMessage,
  bytes: number,
  done: (received: number) => void,
  failed: (error: Error) => void,
): void {
  const told = byteCount(response.headers['content-length']);
  let received = 0;
  response.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received < bytes) return;
    done(received);
    if (received !== told) response.destroy();
  });
  response.once('error', failed);
  response.once('end', () => done(received));
}

/** What is asked: of how many first bytes, 0 for no range. */
interface Exchange {
  readonly url: string;
  readonly method: 'HEAD' | 'GET';
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly accept?: string | undefined;
}

/** Asks by Node's agents, which keep connections for every store. */
export class NodeClient implements StoreClient {
  readonly #userAgent: string;
  readonly #http: http.Agent;
  readonly #https: https.Agent;

  constructor(userAgent: string) {
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS };
    this.#userAgent = userAgent;
    this.#http = new http.Agent(options);
    this.#https = new https.Agent(options);
  }

  ask(
    url: string,
    method: CheckMethod,
    signal: AbortSignal,
    accept?: string,
  ): Promise<StatusAnswer> {
    const bytes = method === 'range' ? 1 : 0;
    const verb = method === 'head' ? 'HEAD' : 'GET';
    const exchange: Exchange = { url, method: verb, bytes, signal, accept };
    return this.#attempt(exchange, true, (response, resolve) => {
      const { statusCode: status = 0, headers } = response;
      const size = blobSize(status, {
        contentLength: headers['content-length'],
        contentRange: headers['content-range'],
      });
      drain(response, () => resolve({ kind: 'status', status, size }));
    });
  }

  read(url: string, bytes: number, signal: AbortSignal): Promise<BodyRead> {
    return this.#attempt(
      { url, method: 'GET', bytes, signal },
      true,
      (response, resolve, reject) => {
        const { statusCode: status = 0 } = response;
        if (status === 200 || status === 206) {
          receive(
            response,
            bytes,
            (received) => resolve({ kind: 'body', status, received }),
            reject,
          );
        } else {
          drain(response, () => resolve({ kind: 'body', status, received: 0 }));
        }
      },
    );
  }

  /** @param pooled whether a connection of the pool may be used, which the store may have closed */
  #attempt<Answer>(
    exchange: Exchange,
    pooled: boolean,
    take: (
      response: http.IncomingMessage,
      resolve: (answer: Answer) => void,
      reject: (error: Error) => void,
    ) => void,
  ): Promise<Answer> {
    const { url, method, bytes, signal, accept } = exchange;
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(target, {
        method,
        headers: requestHeaders(this.#userAgent, bytes, accept),
        agent: pooled && (secure ? this.#https : this.#http),
        maxHeaderSize: MAX_HEADER_SIZE,
        signal,
      });
      let answered = false;
      request.once('response', (response) => {
        answered = true;
        response.on('error', () => {});
        take(response, resolve, reject);
      });
      request.on('error', (error) => {
        // a body that is cut says nothing against the status
        if (answered) return;
        if (pooled && isDeadConnection(request, error)) {
          resolve(this.#attempt(exchange, false, take));
        } else {
          reject(error);
        }
      });
      request.end();
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
