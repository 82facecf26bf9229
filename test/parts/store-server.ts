import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './ports.ts';

/** A request that a store received. */
export interface Access {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A store on loopback that serves the given keys and records its requests. */
export interface StoreServer extends AsyncDisposable {
  readonly url: string;
  readonly accesses: readonly Access[];
  /** Connections opened so far. */
  readonly connections: () => number;
  put(key: string, bytes: Buffer): void;
  delete(key: string): void;
  /** Replaces the handler of later requests; undefined restores it. */
  behave(instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
}

function rangeOf(
  request: IncomingMessage,
  size: number,
): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (match === null) return undefined;
  return {
    start: Number(match[1]),
    end: Math.min(match[2] === '' ? size - 1 : Number(match[2]), size - 1),
  };
}

const UNSUPPORTED_AUTHORIZATION =
  '<Error><Code>InvalidArgument</Code><Message>Unsupported Authorization Type</Message></Error>';

/**
 * Starts a store on a free port.
 *
 * @param options.refusesAuthorization whether it answers 400 to any Authorization, as S3 does to a Bearer token
 */
export async function startStore(
  options: { readonly refusesAuthorization?: boolean } = {},
): Promise<StoreServer> {
  const objects = new Map<string, Buffer>();
  const accesses: Access[] = [];
  let connections = 0;
  let instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    response.on('finish', () => accesses.push({ method, path: url, status: response.statusCode }));
    if (instead !== undefined) {
      instead(request, response);
      return;
    }
    if (options.refusesAuthorization === true && request.headers.authorization !== undefined) {
      response.writeHead(400, { 'Content-Type': 'application/xml' });
      response.end(UNSUPPORTED_AUTHORIZATION);
      return;
    }
    const bytes = objects.get(url.slice(1));
    if (bytes === undefined) {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    const range = rangeOf(request, bytes.length);
    const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
    response.writeHead(range === undefined ? 200 : 206, {
      'Content-Length': part.length,
      ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${bytes.length}` }),
    });
    response.end(part);
  });
  server.on('connection', () => connections++);
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    accesses,
    connections: () => connections,
    put: (key, bytes) => void objects.set(key, bytes),
    delete: (key) => void objects.delete(key),
    behave: (behaviour) => (instead = behaviour),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
