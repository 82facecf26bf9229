import { createServer } from 'node:net';
import { onAnyAddress } from '../../http/any-address.ts';

/** Address on which workers can listen. */
export interface Claim {
  readonly host: string;
  readonly port: number;
}

function listenAlone(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const listening = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(listening));
    });
  });
}

/**
 * Tries a port without sharing it, before workers share it: sharing would succeed next to another archeio of the same
 * user, and the two would take turns.
 *
 * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
 */
export function claimPort(host: string, port: number): Promise<Claim> {
  return onAnyAddress(host, async (each) => ({ host: each, port: await listenAlone(each, port) }));
}
