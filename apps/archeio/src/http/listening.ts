import { type Server, STATUS_CODES } from 'node:http';
import type { Server as AnyServer, Socket } from 'node:net';
import { type Answer, rawAnswer } from '@archeio/request-handler';

/**
 * Listens and resolves with the port.
 *
 * @param shared whether other processes may listen on the same port (SO_REUSEPORT)
 * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
 */
export function listenOn(
  server: AnyServer,
  host: string,
  port: number,
  shared = false,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096, reusePort: shared }, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Accepts no new connections; resolves when every request in flight is answered, at the latest after `timeout` ms. */
export function closeWithin(server: Server, timeout: number): Promise<'finished' | 'cut'> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      resolve('cut');
      server.closeAllConnections();
    }, timeout);
    server.close(() => {
      clearTimeout(cut);
      resolve('finished');
    });
    server.closeIdleConnections();
  });
}

/** Sends the last answer on a connection without a response object. */
export function sendRaw(
  socket: { writable: boolean; end(text: string): unknown; destroy(): unknown },
  answer: Answer,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(answer, STATUS_CODES[answer.status] ?? ''));
}

/** A parser error, with the input that had arrived. */
export interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array;
}

/** Length of refused input that is enough to read the method. */
export function beginningOf({ rawPacket }: ParserError): string {
  return rawPacket === undefined ? '' : String.fromCharCode(...rawPacket.subarray(0, 64));
}

/**
 * Whether a time-out hit a connection on which nothing has arrived. No request is late: a load
 * balancer may have opened it in advance, and would take a 408 as the answer to a later request. Bun does not report how much
 * has arrived: there it looks like half a request.
 */
export function isSilence({ code }: ParserError, { bytesRead }: Socket): boolean {
  return (
    code === 'ERR_HTTP_REQUEST_TIMEOUT' && bytesRead === 0 && process.versions.bun === undefined
  );
}
