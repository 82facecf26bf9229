import { createServer } from 'node:net';
import { errorCode } from '../error-code.ts';

/** Where workers can listen. */
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
 * Tries a port without sharing it, before workers share it: sharing would succeed beside another archeio of the same
 * user, and the two would take turns. An IPv6 wildcard on a machine without IPv6 becomes the IPv4 wildcard.
 *
 * @throws NodeJS.ErrnoException `EADDRINUSE`, `EACCES`, …
 */
export async function claimPort(host: string, port: number): Promise<Claim> {
  try {
    return { host, port: await listenAlone(host, port) };
  } catch (error) {
    if (host !== '::' || errorCode(error) !== 'EAFNOSUPPORT') throw error;
    return { host: '0.0.0.0', port: await listenAlone('0.0.0.0', port) };
  }
}
