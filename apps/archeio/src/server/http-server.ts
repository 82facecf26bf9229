import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { REFUSALS } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import type { Front, Incoming } from '../front.ts';
import type { RequestRecord } from '../metrics/request-record.ts';
import { type Answer, answerOf, closing, refusal } from './answer.ts';
import { type HeaderLines, readHeaderLines } from './header-lines.ts';
import { LIMITS } from './limits.ts';
import { beginningOf, closeWithin, listenOn, type ParserError, sendRaw } from './listening.ts';
import { BAD_REQUEST, HEADERS_TOO_LARGE, refusalOf, TARGET_TOO_LONG } from './unreadable.ts';

/** A request as the front reads it. The peer's address costs a system call, so it is only fetched when it counts. */
class NodeRequest implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly addressHeader: string | undefined;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, target: string, { host, wanted }: HeaderLines) {
    this.method = request.method ?? '';
    this.target = target;
    this.host = host;
    this.addressHeader = wanted;
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
  readonly #requests: RequestRecord;
  readonly #shared: boolean;
  #front: Front;
  #wanted: string | undefined;
  #closing = false;

  /** @param shared whether other processes may listen on the same port (SO_REUSEPORT) */
  constructor(front: Front, requests: RequestRecord, shared = false) {
    this.#front = front;
    this.#requests = requests;
    this.#shared = shared;
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

  /** From now on every new request goes to this front; those under way stay with the one they began with. */
  use(front: Front): void {
    this.#front = front;
    this.#wanted = front.addressHeaderName;
  }

  /**
   * Listens, and resolves with the port.
   *
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number): Promise<number> {
    return listenOn(this.#server, host, port, this.#shared);
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
    const began = this.#requests.begin();
    const { rawHeaders, url: target = '' } = request;
    const lines = readHeaderLines(rawHeaders, this.#wanted);
    if (target.length > LIMITS.target) {
      this.#send(request, response, refusal(TARGET_TOO_LONG), began);
    } else if (rawHeaders.length > 2 * LIMITS.headerLines) {
      this.#send(request, response, refusal(HEADERS_TOO_LARGE), began);
    } else if (lines.hosts > 1 || (lines.hosts === 0 && request.httpVersion !== '1.0')) {
      this.#send(request, response, refusal(BAD_REQUEST), began);
    } else {
      const decision = this.#front.decide(new NodeRequest(request, target, lines));
      if (decision instanceof Promise)
        void decision.then((late) => this.#answer(request, response, lines, late, began));
      else this.#answer(request, response, lines, decision, began);
    }
  }

  /** A body is never read: the connection ends with the answer instead. */
  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    lines: HeaderLines,
    decision: Decision,
    began: number,
  ): void {
    const answer = answerOf(decision);
    this.#send(request, response, this.#closing || lines.hasBody ? closing(answer) : answer, began);
  }

  #send(request: IncomingMessage, response: ServerResponse, answer: Answer, began: number): void {
    send(response, answer);
    this.#requests.end(request.method ?? '', answer.status, began);
  }
}
