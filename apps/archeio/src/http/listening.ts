import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, rawAnswer } from '@archeio/request-handler';

/**
 * Listens, and resolves with the port.
 *
 * @param shared whether other processes may listen on the same port (SO_REUSEPORT)
 * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
 */
export function listenOn(
  server: Server,
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

/** Takes no new connections; resolves when every request in flight is answered, and no later than `timeout` ms. */
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

/** Sends the last answer on a connection that has no response object. */
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

/** What the parser refused; the runtimes hand over what had arrived. */
export interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array;
}

/** Enough of what the parser refused to see the method. */
export function beginningOf({ rawPacket }: ParserError): string {
  return rawPacket === undefined ? '' : String.fromCharCode(...rawPacket.subarray(0, 64));
}

/**
 * Whether the time is up for a connection on which nothing has arrived. It is not a request that is late: a load
 * balancer may have opened it ahead, and would take a 408 for the answer to a later request. Bun does not say how much
 * has arrived: there it looks as late as half a request.
 */
export function isSilence({ code }: ParserError, { bytesRead }: Socket): boolean {
  return (
    code === 'ERR_HTTP_REQUEST_TIMEOUT' && bytesRead === 0 && process.versions.bun === undefined
  );
}
