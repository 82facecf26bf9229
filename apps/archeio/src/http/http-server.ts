import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { REFUSALS } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import {
  type RequestHandler,
  type Incoming,
  type Answer,
  answerOf,
  closing,
  refusal,
} from '@archeio/request-handler';
import type { RequestRecord } from '../metrics/request-record.ts';
import { type Added, AddedHeaders, withAdded } from './added-headers.ts';
import type { Connection } from './connection.ts';
import { Connections, IGNORED, type Overflow } from './connections.ts';
import { type HeaderLines, readHeaderLines } from './header-lines.ts';
import { HostValues } from './host-value.ts';
import { LIMITS } from './limits.ts';
import { beginningOf, closeWithin, isSilence, listenOn, type ParserError } from './listening.ts';
import { BAD_REQUEST, HEADERS_TOO_LARGE, refusalOf, TARGET_TOO_LONG } from './unreadable.ts';

/** A request for the handler. The peer's address costs a system call, so it is read only when needed. */
class NodeRequest implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly addressHeader: string | undefined;
  readonly forwarded: boolean;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, target: string, { host, wanted, forwarded }: HeaderLines) {
    this.method = request.method ?? '';
    this.target = target;
    this.host = host;
    this.addressHeader = wanted;
    this.forwarded = forwarded;
    this.#request = request;
  }

  get peer(): string | undefined {
    return this.#request.socket.remoteAddress;
  }
}

/** Refusal of a request before the handler sees it: the final answer on its connection. */
function refusalFor(
  { url = '', rawHeaders, httpVersion }: IncomingMessage,
  { host, hosts }: HeaderLines,
  hostValues: HostValues,
) {
  if (url.length > LIMITS.target) return refusal(TARGET_TOO_LONG);
  if (rawHeaders.length > 2 * LIMITS.headerLines) return refusal(HEADERS_TOO_LARGE);
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) return refusal(BAD_REQUEST);
  if (!hostValues.canBe(host, url)) return refusal(BAD_REQUEST);
  return undefined;
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  if (answer.body === '') response.end();
  else response.end(answer.body);
}

/** Options of an {@link HttpServer}. */
export interface HttpServerOptions {
  /** Whether other processes may listen on the same port (SO_REUSEPORT). */
  readonly shared?: boolean;
  /** Called for every request with its time of arrival in milliseconds. */
  readonly arrived?: ((now: number) => void) | undefined;
  /** Maximum number of connections, at least 2 (default: {@link LIMITS}). */
  readonly connections?: number;
  /** Called for connections beyond that. */
  readonly overflow?: Overflow;
  /** Milliseconds for a header section (default: {@link LIMITS}). */
  readonly headersTimeout?: number;
}

/** Serves the handler with `node:http`, on Node and on Bun: both provide the raw request target. */
export class HttpServer {
  readonly #server: Server;
  readonly #requests: RequestRecord;
  readonly #shared: boolean;
  readonly #arrived: ((now: number) => void) | undefined;
  readonly #connections: Connections;
  readonly #hostValues = new HostValues();
  #handler: RequestHandler;
  #wanted: string | undefined;
  #added: AddedHeaders | undefined;
  #closing = false;

  constructor(handler: RequestHandler, requests: RequestRecord, options: HttpServerOptions = {}) {
    this.#handler = handler;
    this.#requests = requests;
    this.#shared = options.shared === true;
    this.#arrived = options.arrived;
    this.#wanted = handler.addressHeaderName;
    this.#added = AddedHeaders.of(handler);
    const { headersTimeout = LIMITS.headersTimeout } = options;
    this.#server = createServer({
      maxHeaderSize: LIMITS.headers,
      headersTimeout,
      requestTimeout: LIMITS.requestTimeout,
      keepAliveTimeout: LIMITS.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(LIMITS.checkingInterval, headersTimeout),
      // Refused here instead of by the runtime, with a body that clients can read.
      requireHostHeader: false,
    });
    const { connections = LIMITS.connections, overflow = IGNORED } = options;
    this.#connections = new Connections(this.#server, connections, overflow);
    // A client may half-close the connection and still wait for its answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      this.#handle(request, response);
    this.#server.on('request', handle);
    this.#server.on('checkContinue', handle);
    this.#server.on('checkExpectation', handle);
    this.#server.on('connect', ({ socket, rawHeaders }) =>
      this.#connections.end(
        socket,
        withAdded(refusal(REFUSALS.readOnly), this.#added?.read(rawHeaders)),
      ),
    );
    this.#server.on('clientError', (error: ParserError, socket: Socket) => {
      if (isSilence(error, socket)) socket.destroy();
      else {
        const refused = refusal(refusalOf(error.code, beginningOf(error)));
        this.#connections.end(socket, withAdded(refused, this.#added?.read([])));
      }
    });
  }

  /** Number of open client connections. */
  get open(): number {
    return this.#connections.open;
  }

  /** Replaces the handler for new requests; requests in progress stay with the previous one. */
  use(handler: RequestHandler): void {
    this.#handler = handler;
    this.#wanted = handler.addressHeaderName;
    this.#added = AddedHeaders.of(handler);
  }

  /**
   * Listens and resolves with the port.
   *
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number): Promise<number> {
    return listenOn(this.#server, host, port, this.#shared);
  }

  /** Makes each further answer the last one on its connection. */
  announceClose(): void {
    this.#closing = true;
  }

  /** Accepts no new connections; resolves when every request in flight is answered, at the latest after `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    return closeWithin(this.#server, timeout);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.of(request.socket);
    // The last answer has been sent or decided, but Node continues to parse input that arrived with that request.
    if (connection.ending) return;
    const began = this.#requests.begin();
    this.#arrived?.(began);
    const { rawHeaders, url: target = '' } = request;
    const lines = readHeaderLines(rawHeaders, this.#wanted);
    const isFlood = connection.begin(response, this.#connections.use());
    connection.ending = isFlood || lines.isLast || this.#closing;
    const refused = refusalFor(request, lines, this.#hostValues);
    if (refused !== undefined) {
      connection.ending = true;
      const answer = withAdded(refused, this.#added?.read(rawHeaders));
      this.#send(request, response, connection, answer, began);
    } else {
      const incoming = new NodeRequest(request, target, lines);
      const added = this.#added?.read(rawHeaders, incoming);
      const decision = this.#handler.decide(incoming);
      if (decision instanceof Promise)
        void decision.then((late) =>
          this.#answer(request, response, connection, late, began, added),
        );
      else this.#answer(request, response, connection, decision, began, added);
    }
  }

  /** Never reads a body or a flood of requests: the connection ends with the answer instead. */
  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    decision: Decision,
    began: number,
    added: Added | undefined,
  ): void {
    const answer = withAdded(answerOf(decision), added, decision);
    const isLast = connection.last === response && (connection.ending || this.#closing);
    if (isLast) connection.ending = true;
    this.#send(request, response, connection, isLast ? closing(answer) : answer, began);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    answer: Answer,
    began: number,
  ): void {
    send(response, answer);
    connection.answered(response);
    this.#requests.end(request.method ?? '', answer.status, began);
  }
}
