import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@archeio/presence';
import { AddressFamilies } from './address-families.ts';
import {
  type BodyRead,
  byteCount,
  type CheckMethod,
  claimsOf,
  requestHeaders,
  type StatusAnswer,
  claimsWithoutBody,
} from '@archeio/content-checks';
import { type AnswerHead, type RepeatedRequest, serverNameOf } from './repeated-request.ts';
import { sharedLookup } from './shared-lookup.ts';

/** Maximum number of connections to one store, in use and idle. */
const MAX_SOCKETS = 64;

/**
 * How long a connection is reused, in milliseconds. A store's name may resolve to another address while the old one still
 * answers, and under steady traffic a connection is never idle for long enough to end by itself.
 */
const CONNECTION_LIFETIME = 120_000;

/** Maximum size of a response's header section, in bytes. */
const MAX_HEADER_SIZE = 16_384;

/** Bytes of a body to read to keep its connection: an error page, or the one byte of a range. Beyond, the connection is closed. */
const LONGEST_BODY = 65_536;

/**
 * Maximum number of interim responses (1xx) before the answer; one or two are usual. The parser reports each of them, so
 * a store that sends them endlessly would keep this process busy until the time-out.
 */
const MOST_INTERIM = 16;

/** Errors of a pooled connection that the store closed while it was idle. */
const CLOSED_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

function isDeadConnection(request: http.ClientRequest, error: Error): boolean {
  return request.reusedSocket && 'code' in error && CLOSED_CODES.has(error.code);
}

/** Reads a short body, so that the connection can be reused, then calls back. */
function drain(response: http.IncomingMessage, done: (received: number) => void): void {
  let received = 0;
  response.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > LONGEST_BODY) response.destroy();
  });
  response.once('close', () => done(received));
}

/** A request. */
interface Exchange {
  readonly url: string;
  readonly method: 'HEAD' | 'GET';
  /** Number of first bytes to request; 0 for no range. */
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly accept?: string | undefined;
  /** Replaces path and header fields. */
  readonly instead?: Pick<RepeatedRequest, 'path' | 'headers'>;
}

/** Reads a body until `bytes` have arrived or it is complete; closes the connection if more would follow. */
function receive(
  response: http.IncomingMessage,
  { bytes, signal }: Exchange,
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
  response.once('end', () => {
    // A body that ends with its connection looks complete when the time-out ends it.
    if (signal.aborted) failed(new Error('the body did not end in time'));
    else done(received);
  });
}

export interface HttpClientOptions {
  /** The product that stores log (RFC 9110 §10.1.5). */
  readonly userAgent: string;
  readonly clock: Clock;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, also in lower case; those of the process by default. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for which a connection is reused. */
  readonly connectionLifetime?: number;
  /** Finds the addresses of a name; the machine's resolver by default. */
  readonly lookup?: LookupFunction;
}

/** Makes an agent reuse each connection for a limited time after its first answer. */
function limitLifetime<Kept extends http.Agent>(agent: Kept, lifetime: number, clock: Clock): Kept {
  const since = new WeakMap<Duplex, number>();
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    const now = clock.now();
    const first = since.get(socket);
    if (first === undefined) since.set(socket, now);
    return now - (first ?? now) < lifetime && keep(socket);
  };
  return agent;
}

/** The agents for both schemes. */
interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Uses `node:http` on both runtimes, with agents that keep connections for every store. Bun's own `fetch` keeps 64 for the
 * whole process: with more concurrent checks, it opens a connection for each.
 */
export class HttpClient {
  readonly #userAgent: string;
  readonly #pooled: Agents;
  /** For a second attempt, on a connection of its own. */
  readonly #fresh: Agents;
  readonly #families: AddressFamilies;

  constructor({
    userAgent,
    clock,
    proxyEnv = process.env,
    connectionLifetime = CONNECTION_LIFETIME,
    lookup = dns.lookup,
  }: HttpClientOptions) {
    this.#families = new AddressFamilies(sharedLookup(lookup));
    const kept = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS };
    const agents = (options: http.AgentOptions): Agents => ({
      http: limitLifetime(new http.Agent({ ...options, proxyEnv }), connectionLifetime, clock),
      https: limitLifetime(new https.Agent({ ...options, proxyEnv }), connectionLifetime, clock),
    });
    this.#userAgent = userAgent;
    this.#pooled = agents(kept);
    this.#fresh = agents({});
  }

  /**
   * Rejects with the client's error, and at once if the signal aborts before the status is known. After that, the status
   * is the answer, even if the body fails.
   */
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
      const claims = claimsOf(status, headers);
      drain(response, (received) => {
        const ended = response.complete && !signal.aborted;
        const seen = received === 0 && verb === 'GET' && ended;
        resolve({ kind: 'status', status, ...(seen ? claimsWithoutBody(status, claims) : claims) });
      });
    });
  }

  /** Rejects as {@link ask} does, and also if the body is cut or never arrives. */
  read(url: string, bytes: number, signal: AbortSignal): Promise<BodyRead> {
    const exchange: Exchange = { url, method: 'GET', bytes, signal };
    return this.#attempt(exchange, true, (response, resolve, reject) => {
      const { statusCode: status = 0, headers } = response;
      const claims = claimsOf(status, headers);
      if (status === 200 || status === 206) {
        receive(
          response,
          exchange,
          (received) => resolve({ kind: 'body', status, received, ...claims }),
          reject,
        );
      } else {
        drain(response, () => resolve({ kind: 'body', status, received: 0, ...claims }));
      }
    });
  }

  /**
   * Sends a request that another server got, follows no redirect, and discards the body. Rejects as {@link ask} does.
   *
   * @param origin `https://host[:port]`
   */
  repeat(
    origin: string,
    { method, ...instead }: RepeatedRequest,
    signal: AbortSignal,
  ): Promise<AnswerHead> {
    const exchange: Exchange = { url: origin, method, bytes: 0, signal, instead };
    return this.#attempt(exchange, true, (response, resolve) => {
      const { statusCode: status = 0, headers } = response;
      drain(response, () => resolve({ kind: 'head', status, headers }));
    });
  }

  /** @param pooled whether to use a connection of the pool, which the store may have closed */
  #attempt<Answer>(
    exchange: Exchange,
    pooled: boolean,
    take: (
      response: http.IncomingMessage,
      resolve: (answer: Answer) => void,
      reject: (error: Error) => void,
    ) => void,
  ): Promise<Answer> {
    const { url, method, bytes, signal, accept, instead } = exchange;
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(target, {
        method,
        headers: requestHeaders(this.#userAgent, bytes, accept),
        // Without a name, both runtimes would verify the certificate for the Host.
        ...(instead && { ...instead, servername: serverNameOf(target) }),
        agent: (pooled ? this.#pooled : this.#fresh)[secure ? 'https' : 'http'],
        maxHeaderSize: MAX_HEADER_SIZE,
        signal,
        ...this.#families.optionsFor(target.hostname),
      });
      let answered = false;
      let interim = 0;
      request.on('information', () => {
        if (++interim > MOST_INTERIM) request.destroy(new Error('too many interim responses'));
      });
      // Without a listener, both runtimes leave the request open forever.
      request.once('upgrade', (_response, socket: Duplex) => {
        socket.destroy();
        reject(new Error('another protocol'));
      });
      request.once('response', (response) => {
        answered = true;
        response.on('error', () => {});
        const { remoteAddress } = response.socket;
        if (remoteAddress !== undefined) this.#families.reached(target.hostname, remoteAddress);
        take(response, resolve, reject);
      });
      request.on('error', (error) => {
        // A body that is cut does not invalidate the status.
        if (answered) return;
        if (pooled && isDeadConnection(request, error)) {
          resolve(this.#attempt(exchange, false, take));
        } else {
          this.#families.failed(target.hostname);
          reject(error);
        }
      });
      request.end();
    });
  }

  /** Closes pooled connections. */
  close(): void {
    for (const agents of [this.#pooled, this.#fresh]) {
      agents.http.destroy();
      agents.https.destroy();
    }
  }
}
