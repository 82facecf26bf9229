import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Certificate } from '../../apps/archeio/src/backends/client/testing/certificate.ts';
import { listenOnLoopback } from '../parts/ports.ts';

/** A request as a reference got it. */
export interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** By lower-case name. */
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A reference that a test plays. */
export interface PlayedReference extends AsyncDisposable {
  readonly url: string;
  readonly got: readonly Got[];
}

async function play(server: Server, scheme: string, got: Got[]): Promise<PlayedReference> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listenOnLoopback(server);
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    got,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** @param certificate for https */
export function playReference(
  answer: RequestListener,
  certificate?: Certificate,
): Promise<PlayedReference> {
  const got: Got[] = [];
  const listener: RequestListener = (request, response) => {
    const { method, url, headers, rawHeaders } = request;
    got.push({ method, url, headers, text: [method, url, ...rawHeaders].join('\n') });
    answer(request, response);
  };
  return certificate === undefined
    ? play(createHttpServer(listener), 'http', got)
    : play(createHttpsServer(certificate, listener), 'https', got);
}

/** A reference that does with connections what the test says. */
export function playConnections(connected: (socket: Socket) => void): Promise<PlayedReference> {
  return play(createTcpServer(connected), 'http', []);
}

/** The address that the Go program takes for the client's: the last but one of several, or the only one. */
function goAddress(forwarded: string): string | undefined {
  const addresses = forwarded.split(',').map((each) => each.trim());
  return addresses.at(-2) ?? addresses.at(-1);
}

/** Answers as registry.k8s.io's Go program does: to everything below /v2/ with the upstream, and to blobs with a bucket for the office. */
export function goProgram(upstream: string, bucket: string, office: string): RequestListener {
  return ({ method, url = '', headers }, response) => {
    const redirect = (location: string): void => void response.writeHead(307, { location }).end();
    const blob = /^\/v2\/.*\/blobs\/(sha256:[0-9a-f]{64})$/.exec(url);
    if (method !== 'GET' && method !== 'HEAD') response.writeHead(405).end('Only GET and HEAD');
    else if (url === '/v2/' || url === '/v2') response.writeHead(200).end();
    else if (!url.startsWith('/v2/') || url.startsWith('/v2/_catalog'))
      response.writeHead(404).end();
    else if (blob !== null && goAddress(String(headers['x-forwarded-for'])) === office)
      redirect(`${bucket}/containers/images/${blob[1]}`);
    else redirect(`${upstream}/v2/images/${url.slice('/v2/'.length)}`);
  };
}
