import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';
import { type Answer, closing } from '@archeio/request-handler';
import { Connections, IGNORED, type Overflow } from '../../http/connections.ts';
import { readHeaderLines } from '../../http/header-lines.ts';
import { LIMITS } from '../../http/limits.ts';
import {
  beginningOf,
  closeWithin,
  isSilence,
  listenOn,
  type ParserError,
} from '../../http/listening.ts';
import { refusalOf } from '../../http/unreadable.ts';
import { AdminAnswers, type AdminSources, fault } from './admin-answers.ts';
import type { AdminAnswer } from './console-files.ts';
import { allowedHosts, isAllowedHost } from './admin-host.ts';
import { EventStreams, MOST_STREAMS } from './event-streams.ts';

/** Limits for each client; those that are not listed here are those of the public port. */
const ADMIN_LIMITS = Object.freeze({
  ...LIMITS,
  /** Longer than the usual scrape intervals; this port is not behind a load balancer. */
  keepAliveTimeout: 75_000,
  connections: 256,
  /** From a request to the end of its answer. Then it gets 503, or the connection ends if the answer has begun. */
  answerTimeout: 30_000,
});

interface AdminServerDependencies {
  readonly sources: AdminSources & {
    /** The status with the last reports, as JSON. */
    statusNow(): string;
  };
  readonly log: Log;
  readonly clock: Clock;
  /** Milliseconds (default: {@link ADMIN_LIMITS}). */
  readonly answerTimeout?: number;
  /** Maximum number of connections, at least 2 (default: {@link ADMIN_LIMITS}). */
  readonly connections?: number;
  readonly overflow?: Overflow;
}

/** An absolute-form target (RFC 9112 §3.2.2): its host takes precedence over that of the header. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/** The path of the event streams, with or without a query. */
const EVENTS = /^\/api\/events(?:\?|$)/;

/** Serves health, metrics, status and explanations to operators. */
export class AdminServer {
  readonly streams: EventStreams;
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #answers: AdminAnswers;
  readonly #dependencies: AdminServerDependencies;
  #hosts: readonly string[] | undefined;

  constructor(dependencies: AdminServerDependencies) {
    this.#dependencies = dependencies;
    this.#answers = new AdminAnswers(dependencies.sources, dependencies.log);
    this.#server = createServer({
      maxHeaderSize: ADMIN_LIMITS.headers,
      headersTimeout: ADMIN_LIMITS.headersTimeout,
      requestTimeout: ADMIN_LIMITS.requestTimeout,
      keepAliveTimeout: ADMIN_LIMITS.keepAliveTimeout,
      connectionsCheckingInterval: ADMIN_LIMITS.checkingInterval,
      // Refused here instead of by the runtime, with a body that says why.
      requireHostHeader: false,
    });
    const { connections = ADMIN_LIMITS.connections, overflow = IGNORED } = dependencies;
    this.streams = new EventStreams({
      clock: dependencies.clock,
      status: () => dependencies.sources.statusNow(),
      // Scrapes must get through.
      most: Math.min(MOST_STREAMS, Math.floor(connections / 2)),
    });
    this.#connections = new Connections(this.#server, connections, overflow);
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      this.#handle(request, response);
    this.#server.on('request', handle);
    this.#server.on('checkContinue', handle);
    this.#server.on('checkExpectation', handle);
    this.#server.on('connect', ({ socket }) =>
      this.#connections.end(
        socket,
        closing(fault(405, 'cannot use method "CONNECT": expected GET or HEAD')),
      ),
    );
    this.#server.on('clientError', (error: ParserError, socket: Socket) => {
      if (isSilence(error, socket)) return void socket.destroy();
      const { status, message } = refusalOf(error.code, beginningOf(error));
      this.#connections.end(socket, closing(fault(status, message)));
    });
  }

  /**
   * Listens and resolves with the port.
   *
   * @param hosts patterns of further hosts that requests may name if the listener is on loopback
   * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
   */
  listen(host: string, port: number, hosts: readonly string[] = []): Promise<number> {
    this.#hosts = allowedHosts(host, hosts);
    return listenOn(this.#server, host, port);
  }

  /** Ends the event streams and accepts no new connections; resolves when every request in flight is answered, at the latest after `timeout` ms. */
  close(timeout: number): Promise<'finished' | 'cut'> {
    this.streams.close();
    return closeWithin(this.#server, timeout);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { clock, answerTimeout = ADMIN_LIMITS.answerTimeout } = this.#dependencies;
    const { method = '' } = request;
    const connection = this.#connections.of(request.socket);
    // The last answer has been sent or decided, but Node continues to parse input that arrived with that request.
    if (connection.ending) return;
    const isFlood = connection.begin(response, this.#connections.use());
    connection.ending = isFlood || readHeaderLines(request.rawHeaders, undefined).isLast;
    const send = (answer: AdminAnswer): void => {
      if (response.headersSent || response.destroyed) return;
      const isLast = connection.ending && connection.last === response;
      const { status, body } = answer;
      const { headers } = isLast ? closing({ ...answer, body: '' }) : answer;
      response.writeHead(status, headers);
      response.end(method === 'HEAD' ? undefined : body);
    };
    const cancel = clock.after(answerTimeout, () => {
      if (response.headersSent) request.socket.destroy();
      else {
        connection.ending = true;
        send(fault(503, 'no answer in time'));
      }
    });
    response.once('close', cancel);
    const refused = this.#refusal(request);
    const target = (request.url ?? '').replace(ABSOLUTE_FORM, '') || '/';
    if (refused !== undefined) {
      connection.ending = true;
      send(refused);
    } else if (EVENTS.test(target) && (method === 'GET' || method === 'HEAD')) {
      cancel();
      connection.ending = true;
      if (!this.streams.begin(response, method === 'HEAD'))
        send(fault(503, `cannot open another event stream: ${this.streams.open} are open`));
    } else void this.#answers.answer(method, target, request.headers).then(send);
  }

  /** The answer to a request that is refused without being handled. */
  #refusal({ url = '', rawHeaders, httpVersion, headers }: IncomingMessage): Answer | undefined {
    if (url.length > ADMIN_LIMITS.target)
      return fault(
        414,
        `cannot read a target of ${url.length} bytes: expected at most ${ADMIN_LIMITS.target}`,
      );
    if (rawHeaders.length > 2 * ADMIN_LIMITS.headerLines)
      return fault(
        431,
        `cannot read ${rawHeaders.length / 2} header lines: expected at most ${ADMIN_LIMITS.headerLines}`,
      );
    const { hosts } = readHeaderLines(rawHeaders, undefined);
    if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0'))
      return fault(400, 'cannot read the request: expected one Host header');
    const host = ABSOLUTE_FORM.exec(url)?.[1] ?? headers.host;
    // A client without a Host header is not a browser.
    if (host === undefined || isAllowedHost(host, this.#hosts)) return undefined;
    return fault(
      403,
      `cannot answer for host ${JSON.stringify(host)}: expected ${this.#hosts?.join(', ')}, since the admin listener is on loopback; listen.admin.hosts allows more`,
    );
  }
}
