import http from 'node:http';
import https from 'node:https';
import { blobSize } from './blob-size.ts';
import { LONGEST_BODY, requestHeaders } from './request-headers.ts';
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

/** What one check asks. */
interface Asked {
  readonly url: URL;
  readonly method: CheckMethod;
  readonly signal: AbortSignal;
  readonly accept: string | undefined;
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
    return this.#attempt({ url: new URL(url), method, signal, accept }, true);
  }

  /** @param pooled whether a connection of the pool may be used, which the store may have closed */
  #attempt(asked: Asked, pooled: boolean): Promise<StatusAnswer> {
    const { url, method, signal, accept } = asked;
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(url, {
        method: method === 'head' ? 'HEAD' : 'GET',
        headers: requestHeaders(this.#userAgent, method, accept),
        agent: pooled && (secure ? this.#https : this.#http),
        maxHeaderSize: MAX_HEADER_SIZE,
        signal,
      });
      let answered = false;
      request.once('response', (response) => {
        answered = true;
        const { statusCode: status = 0, headers } = response;
        const size = blobSize(status, {
          contentLength: headers['content-length'],
          contentRange: headers['content-range'],
        });
        response.on('error', () => {});
        drain(response, () => resolve({ kind: 'status', status, size }));
      });
      request.on('error', (error) => {
        // a body that is cut says nothing against the status
        if (answered) return;
        if (pooled && isDeadConnection(request, error)) {
          resolve(this.#attempt(asked, false));
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
