import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type OciError, REFUSALS } from '@archeio/oci-distribution';
import type { Decision } from '@archeio/redirect';
import {
  type RequestHandler,
  type Incoming,
  type Observation,
  type Answer,
  answerOf,
  closing,
  refusal,
  TARGET_TOO_LONG,
  BAD_REQUEST,
  HostValues,
} from '@archeio/request-handler';
import type { RequestRecord } from '../metrics/request-record.ts';
import type { Connection } from './connection.ts';
import { Connections, IGNORED, type Overflow } from './connections.ts';
import { Front } from './front/front.ts';
import type { Preface } from './front/preface.ts';
import { type HeaderLines, readHeader, readHeaderLines } from './header-lines.ts';
import type { Preempt } from './https-redirect.ts';
import { LIMITS } from './limits.ts';
import { beginningOf, closeWithin, isSilence, listenOn, type ParserError } from './listening.ts';
import { type RequestContext, RequestContexts, withLinesOf } from './request-context.ts';
import type { RequestObserver } from './request-observer.ts';
import { HEADERS_TOO_LARGE, refusalOf, TOO_SLOW } from './unreadable.ts';

/** A request for the handler. Reading the peer's address costs a system call, and the Range a search: only when needed. */
class NodeRequest implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly addressHeader: string | undefined;
  readonly forwarded: boolean;
  observation: Observation | undefined = undefined;
  requestId: string | undefined = undefined;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, target: string, { host, wanted, forwarded }: HeaderLines) {
    this.method = request.method ?? '';
    this.target = target;
    this.host = host;
    this.addressHeader = wanted;
    this.forwarded = forwarded;
    this.#request = request;
  }

  get authorization(): string | undefined {
    return readHeader(this.#request.rawHeaders, 'authorization');
  }

  get peer(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  get range(): string | undefined {
    return readHeader(this.#request.rawHeaders, 'range');
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
  /** Records requests; none by default. */
  readonly observer?: RequestObserver | undefined;
  /** Called for connections beyond that. */
  readonly overflow?: Overflow;
  /** Milliseconds for a header section (default: {@link LIMITS}). */
  readonly headersTimeout?: number;
  /** What comes before HTTP; by default nothing does, which costs nothing. */
  readonly preface?: Preface | undefined;
  /** Answers requests instead of the handler. */
  readonly preempt?: Preempt | undefined;
}

/** Serves the handler with `node:http`, on Node and on Bun: both provide the raw request target. */
export class HttpServer {
  readonly #server: Server;
  readonly #requests: RequestRecord;
  readonly #shared: boolean;
  readonly #arrived: ((now: number) => void) | undefined;
  readonly #connections: Connections;
  readonly #hostValues = new HostValues();
  readonly #front: Front | undefined;
  readonly #preempt: Preempt | undefined;
  #handler: RequestHandler;
  #wanted: string | undefined;
  #contexts: RequestContexts | undefined;
  #closing = false;

  constructor(handler: RequestHandler, requests: RequestRecord, options: HttpServerOptions = {}) {
    this.#handler = handler;
    this.#requests = requests;
    this.#shared = options.shared === true;
    this.#arrived = options.arrived;
    this.#preempt = options.preempt;
    this.#wanted = handler.addressHeaderName;
    this.#contexts = RequestContexts.of(handler, options.observer);
    const { headersTimeout = LIMITS.headersTimeout, preface } = options;
    const checkingInterval = Math.min(LIMITS.checkingInterval, headersTimeout);
    this.#server = createServer({
      maxHeaderSize: LIMITS.headers,
      headersTimeout,
      requestTimeout: LIMITS.requestTimeout,
      keepAliveTimeout: LIMITS.keepAliveTimeout,
      connectionsCheckingInterval: checkingInterval,
      // Refused here instead of by the runtime, with a body that clients can read.
      requireHostHeader: false,
    });
    const { connections = LIMITS.connections, overflow = IGNORED } = options;
    this.#connections = new Connections(this.#server, connections, overflow);
    if (preface !== undefined)
      this.#front = new Front(this.#server, this.#connections, {
        preface,
        checkingInterval,
        headersTimeout,
        late: (socket) => this.#refuse(socket, TOO_SLOW),
      });
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
        withLinesOf(this.#contexts?.refused(rawHeaders), refusal(REFUSALS.readOnly)),
      ),
    );
    this.#server.on('clientError', (error: ParserError, socket: Socket) => {
      if (isSilence(error, socket)) socket.destroy();
      else this.#refuse(socket, refusalOf(error.code, beginningOf(error)));
    });
  }

  /** Number of open client connections. */
  get open(): number {
    return this.#connections.open;
  }

  /** Replaces the handler and the observer for new requests; requests in progress stay with the previous ones. */
  use(handler: RequestHandler, observer?: RequestObserver): void {
    this.#handler = handler;
    this.#wanted = handler.addressHeaderName;
    this.#contexts = RequestContexts.of(handler, observer);
  }

  /**
   * Listens and resolves with the port.
   *
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number): Promise<number> {
    return this.#front === undefined
      ? listenOn(this.#server, host, port, this.#shared)
      : this.#front.listen(host, port, this.#shared);
  }

  /** Makes each further answer the last one on its connection. */
  announceClose(): void {
    this.#closing = true;
  }

  /** Accepts no new connections; resolves when every request in flight is answered, at the latest after `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    return this.#front?.close(timeout) ?? closeWithin(this.#server, timeout);
  }

  /** Refuses input that is not a request. */
  #refuse(socket: Socket, error: OciError): void {
    this.#connections.end(socket, withLinesOf(this.#contexts?.refused([]), refusal(error)));
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
      const context = this.#contexts?.refused(rawHeaders);
      this.#send(request, response, connection, withLinesOf(context, refused), began, context);
    } else {
      const incoming = new NodeRequest(request, target, lines);
      const context = this.#contexts?.begin(rawHeaders, incoming, began);
      if (context !== undefined) {
        incoming.observation = context.observation;
        incoming.requestId = context.requestId;
      }
      const preempted = this.#preempt?.(incoming);
      if (preempted !== undefined) {
        void this.#preempted(request, response, connection, preempted, began, context);
        return;
      }
      const decision = this.#handler.decide(incoming);
      if (decision instanceof Promise)
        void decision.then((late) =>
          this.#answer(request, response, connection, late, began, context),
        );
      else this.#answer(request, response, connection, decision, began, context);
    }
  }

  /** Never reads a body or a flood of requests: the connection ends with the answer instead. */
  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    decision: Decision,
    began: number,
    context: RequestContext | undefined,
  ): void {
    const answer = withLinesOf(context, answerOf(decision), decision);
    this.#finish(request, response, connection, answer, began, context);
  }

  async #preempted(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    preempted: Answer | Promise<Answer>,
    began: number,
    context: RequestContext | undefined,
  ): Promise<void> {
    const answer = withLinesOf(context, await preempted);
    this.#finish(request, response, connection, answer, began, context);
  }

  #finish(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    answer: Answer,
    began: number,
    context: RequestContext | undefined,
  ): void {
    const isLast = connection.last === response && (connection.ending || this.#closing);
    if (isLast) connection.ending = true;
    this.#send(request, response, connection, isLast ? closing(answer) : answer, began, context);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    answer: Answer,
    began: number,
    context: RequestContext | undefined,
  ): void {
    send(response, answer);
    connection.answered(response);
    const milliseconds = this.#requests.end(request.method ?? '', answer.status, began);
    context?.observation?.answered(answer.status, milliseconds);
  }
}
