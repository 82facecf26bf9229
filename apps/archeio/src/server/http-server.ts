import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { REFUSALS } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import type { Front, Incoming } from '../front.ts';
import { type Answer, answerOf, closing, rawAnswer, refusal } from './answer.ts';
import { type HeaderLines, readHeaderLines } from './header-lines.ts';
import { LIMITS } from './limits.ts';
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

/** What the parser refused; the runtimes hand over what had arrived. */
interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array;
}

/** Enough to see the method. */
function beginningOf(packet: Uint8Array | undefined): string {
  return packet === undefined ? '' : String.fromCharCode(...packet.subarray(0, 64));
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
      sendRaw(socket, refusal(refusalOf(error.code, beginningOf(error.rawPacket)))),
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
    const { rawHeaders, url: target = '' } = request;
    const lines = readHeaderLines(rawHeaders, this.#wanted);
    if (target.length > LIMITS.target) {
      send(response, refusal(TARGET_TOO_LONG));
    } else if (rawHeaders.length > 2 * LIMITS.headerLines) {
      send(response, refusal(HEADERS_TOO_LARGE));
    } else if (lines.hosts > 1 || (lines.hosts === 0 && request.httpVersion !== '1.0')) {
      send(response, refusal(BAD_REQUEST));
    } else {
      const decision = this.#front.decide(new NodeRequest(request, target, lines));
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
