import type { Socket } from 'node:net';
import { type ProxyHeader, readProxyHeader } from '@archeio/client-address';
import { LIMITS } from '../limits.ts';
import type { PrefaceFailure } from './preface-failures.ts';

/** Called once: with the header, or with the reason why there is none; undefined if nothing at all arrived. */
type Done = (result: ProxyHeader | PrefaceFailure | undefined) => void;

/**
 * Reads the PROXY header of a connection, and gives back what came after it: the next reader of the socket gets that first. No
 * more than one segment beyond the longest header is ever held.
 *
 * @param timeout milliseconds
 */
export function readHeader(
  socket: Socket,
  done: Done,
  timeout: number = LIMITS.proxyHeaderTimeout,
): void {
  let gathered: Buffer = Buffer.alloc(0);
  const settle: Done = (result) => {
    clearTimeout(timer);
    socket.removeListener('readable', read);
    socket.removeListener('end', cut);
    socket.removeListener('close', cut);
    done(result);
  };
  const cut = (): void => settle(gathered.length === 0 ? undefined : 'header-cut');
  const read = (): void => {
    for (;;) {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      gathered = gathered.length === 0 ? chunk : Buffer.concat([gathered, chunk]);
      const header = readProxyHeader(gathered);
      if (header === 'more') continue;
      if (typeof header !== 'string' && header.length < gathered.length)
        socket.unshift(gathered.subarray(header.length));
      settle(header);
      return;
    }
  };
  const timer = setTimeout(() => settle('header-timeout'), timeout);
  socket.on('readable', read);
  socket.once('end', cut);
  socket.once('close', cut);
}
