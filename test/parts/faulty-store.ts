import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Access, isByClient } from './access-log.ts';
import { listenOnLoopback } from './ports.ts';

/** How a store misbehaves. */
export type Fault =
  /** Answers every request with this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Answers GET with headers, but no body. */
  | { readonly kind: 'hang' }
  /** Answers one request in `every` as an overloaded S3 does. */
  | { readonly kind: 'slow-down'; readonly every: number }
  /**
   * Truncates this blob's bodies for clients after this share of their bytes (0 to 1): only the first one, or each of
   * them. Archeio's own canaries always get whole ones.
   */
  | {
      readonly kind: 'cut';
      readonly bodies: 'first' | 'every';
      readonly digest: string;
      readonly after: number;
    };

/** A proxy in front of a real store: passes requests on unless a fault is set. */
export interface FaultyStore extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The requests it has received. */
  readonly accesses: readonly Access[];
  /** Bytes passed on before the last truncation; 0 if there was none yet. */
  readonly cutAfter: () => number;
  /** The fault of later requests; undefined for none. */
  misbehave(fault: Fault | undefined): void;
}

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Starts one in front of the store at `url`. */
export async function startFaultyStore(url: string): Promise<FaultyStore> {
  const accesses: Access[] = [];
  let fault: Fault | undefined;
  let cutAfter = 0;
  let asked = 0;
  /** The share of the body to pass on (0 to 1). Clears a fault that is only for the first body. */
  const takeCut = ({ method, url: path = '', headers }: IncomingMessage): number => {
    if (fault?.kind !== 'cut' || method !== 'GET' || !path.includes(fault.digest)) return 1;
    if (!isByClient({ userAgent: headers['user-agent'] })) return 1;
    const { after, bodies } = fault;
    if (bodies === 'first') fault = undefined;
    return after;
  };

  const note = (
    { method = '', url: path = '', headers }: IncomingMessage,
    status: number,
  ): void => {
    const { range, 'user-agent': userAgent } = headers;
    accesses.push({ method, path, status, range, userAgent });
  };

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const after = takeCut(incoming);
    const { method, headers } = incoming;
    const onward = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
      const { statusCode = 0, rawHeaders } = answer;
      note(incoming, statusCode);
      outgoing.writeHead(statusCode, rawHeaders);
      if (fault?.kind === 'hang' && method === 'GET') {
        outgoing.flushHeaders();
        answer.resume();
      } else if (after === 1) {
        answer.pipe(outgoing);
      } else {
        cutAfter = Math.ceil(after * Number(answer.headers['content-length']));
        cut(answer, outgoing, cutAfter);
      }
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    if (fault?.kind === 'status') {
      note(incoming, fault.status);
      outgoing.writeHead(fault.status, { 'Content-Length': 0 }).end();
    } else if (fault?.kind === 'slow-down' && ++asked % fault.every === 0) {
      note(incoming, 503);
      incoming.resume();
      outgoing.writeHead(503, { 'Content-Type': 'application/xml' }).end(SLOW_DOWN);
    } else {
      pass(incoming, outgoing);
    }
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    accesses,
    cutAfter: () => cutAfter,
    misbehave: (next) => (fault = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes on this many bytes of a body, then closes the connection. */
function cut(answer: IncomingMessage, outgoing: ServerResponse, bytes: number): void {
  let left = bytes;
  answer.on('data', (chunk: Buffer) => {
    if (left === 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    outgoing.write(part, () => left === 0 && outgoing.destroy());
  });
}
