import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Decision } from '@archeio/redirect';
import type { Front, Incoming } from '../front.ts';
import { type Answer, answerOf, closing, rawAnswer, refusal } from './answer.ts';
import { type HeaderLines, readHeaderLines } from './header-lines.ts';
import { LIMITS } from './limits.ts';
import { refusalOf, TARGET_TOO_LONG } from './unreadable.ts';

/** A request as the front reads it. The peer's address costs a system call, so it is only fetched when it counts. */
class NodeRequest implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly addressHeader: string | undefined;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, target: string, addressHeader: string | undefined) {
    this.method = request.method ?? '';
    this.target = target;
    this.addressHeader = addressHeader;
    this.#request = request;
  }

  get peer(): string | undefined {
    return this.#request.socket.remoteAddress;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  if (answer.body === '') response.end();
  else response.end(answer.body);
}

function sendRaw(
  socket: { writable: boolean; end(text: string): unknown; destroy(): unknown },
  answer: Answer,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(answer, STATUS_CODES[answer.status] ?? ''));
}

/** The front behind `node:http`, on Node and on Bun: both hand over the raw request target. */
export class HttpServer {
  readonly #server: Server;
  readonly #front: Front;
  readonly #wanted: string | undefined;
  #closing = false;

  constructor(front: Front) {
    this.#front = front;
    this.#wanted = front.addressHeaderName;
    this.#server = createServer({
      maxHeaderSize: LIMITS.headers,
      headersTimeout: LIMITS.headersTimeout,
      requestTimeout: LIMITS.requestTimeout,
      keepAliveTimeout: LIMITS.keepAliveTimeout,
      connectionsCheckingInterval: LIMITS.checkingInterval,
    });
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      this.#handle(request, response);
    this.#server.on('request', handle);
    this.#server.on('checkContinue', handle);
    this.#server.on('checkExpectation', handle);
    this.#server.on('connect', (_request, socket) =>
      sendRaw(socket, refusal(refusalOf('HPE_INVALID_METHOD'))),
    );
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      sendRaw(socket, refusal(refusalOf(error.code))),
    );
  }

  /**
   * Listens, and resolves with the port.
   *
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: 4096 }, () => {
        this.#server.removeListener('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** From now on each answer is the last one on its connection. */
  announceClose(): void {
    this.#closing = true;
  }

  /** Takes no new connections; resolves when every request in flight is answered, and no later than `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => {
        resolve('cut');
        this.#server.closeAllConnections();
      }, timeout);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve('finished');
      });
      this.#server.closeIdleConnections();
    });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '';
    if (target.length > LIMITS.target) {
      send(response, refusal(TARGET_TOO_LONG));
      return;
    }
    const lines = readHeaderLines(request.rawHeaders, this.#wanted);
    const decision = this.#front.decide(new NodeRequest(request, target, lines.wanted));
    if (decision instanceof Promise)
      void decision.then((late) => this.#answer(response, lines, late));
    else this.#answer(response, lines, decision);
  }

  /** A body is never read: the connection ends with the answer instead. */
  #answer(response: ServerResponse, lines: HeaderLines, decision: Decision): void {
    const answer = answerOf(decision);
    send(response, this.#closing || lines.hasBody ? closing(answer) : answer);
  }
}
