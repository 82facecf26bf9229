import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { REFUSALS } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import type { Front, Incoming } from '../front.ts';
import { type Answer, answerOf, closing, refusal } from './answer.ts';
import { type HeaderLines, readHeaderLines } from './header-lines.ts';
import { LIMITS } from './limits.ts';
import { beginningOf, closeWithin, listenOn, type ParserError, sendRaw } from './listening.ts';
import { BAD_REQUEST, HEADERS_TOO_LARGE, refusalOf, TARGET_TOO_LONG } from './unreadable.ts';

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
      // Refused here, with a body that clients can read.
      requireHostHeader: false,
    });
    this.#server.maxConnections = LIMITS.connections;
    // A client may say that it has nothing more to send, and still wait for its answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      this.#handle(request, response);
    this.#server.on('request', handle);
    this.#server.on('checkContinue', handle);
    this.#server.on('checkExpectation', handle);
    this.#server.on('connect', (_request, socket) => sendRaw(socket, refusal(REFUSALS.readOnly)));
    this.#server.on('clientError', (error: ParserError, socket) =>
      sendRaw(socket, refusal(refusalOf(error.code, beginningOf(error)))),
    );
  }

  /**
   * Listens, and resolves with the port.
   *
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number): Promise<number> {
    return listenOn(this.#server, host, port);
  }

  /** From now on each answer is the last one on its connection. */
  announceClose(): void {
    this.#closing = true;
  }

  /** Takes no new connections; resolves when every request in flight is answered, and no later than `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    return closeWithin(this.#server, timeout);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { rawHeaders, url: target = '' } = request;
    const lines = readHeaderLines(rawHeaders, this.#wanted);
    if (target.length > LIMITS.target) {
      send(response, refusal(TARGET_TOO_LONG));
    } else if (rawHeaders.length > 2 * LIMITS.headerLines) {
      send(response, refusal(HEADERS_TOO_LARGE));
    } else if (lines.hosts > 1 || (lines.hosts === 0 && request.httpVersion !== '1.0')) {
      send(response, refusal(BAD_REQUEST));
    } else {
      const decision = this.#front.decide(new NodeRequest(request, target, lines.wanted));
      if (decision instanceof Promise)
        void decision.then((late) => this.#answer(response, lines, late));
      else this.#answer(response, lines, decision);
    }
  }

  /** A body is never read: the connection ends with the answer instead. */
  #answer(response: ServerResponse, lines: HeaderLines, decision: Decision): void {
    const answer = answerOf(decision);
    send(response, this.#closing || lines.hasBody ? closing(answer) : answer);
  }
}
