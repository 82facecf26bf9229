import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Access, isByClient } from './access-log.ts';
import { listenOnLoopback } from './ports.ts';

/** What a store does instead of answering as it should. */
export type Fault =
  /** Everything is answered with this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Heads are answered, bodies do not come. */
  | { readonly kind: 'hang' }
  /** Of what is asked one in `every` is answered as S3 does that is asked too much. */
  | { readonly kind: 'slow-down'; readonly every: number }
  /**
   * Bodies of this blob that clients ask for end early, after this part of their bytes (0 to 1): the first one, or each
   * of them. Archeio's own canaries read whole ones, whenever they come.
   */
  | {
      readonly kind: 'cut';
      readonly bodies: 'first' | 'every';
      readonly digest: string;
      readonly after: number;
    };

/** Stands before a real store and passes requests on, as long as it is not told to do otherwise. */
export interface FaultyStore extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What it has been asked for. */
  readonly accesses: readonly Access[];
  /** How many bytes the last cut let through; 0 if there was none yet. */
  readonly cutAfter: () => number;
  /** From now on; undefined ends it, for later requests. */
  misbehave(fault: Fault | undefined): void;
}

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Starts one before the store at `url`. */
export async function startFaultyStore(url: string): Promise<FaultyStore> {
  const accesses: Access[] = [];
  let fault: Fault | undefined;
  let cutAfter = 0;
  let asked = 0;
  /** Takes the cut, if this request is one that it is meant for. */
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

/** Passes on so many bytes of a body, and ends the connection. */
function cut(answer: IncomingMessage, outgoing: ServerResponse, bytes: number): void {
  let left = bytes;
  answer.on('data', (chunk: Buffer) => {
    if (left === 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    outgoing.write(part, () => left === 0 && outgoing.destroy());
  });
}
