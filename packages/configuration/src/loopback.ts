import { readHostName } from '@archeio/redirect';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const WILDCARD = new Set(['0.0.0.0', '[::]']);

/** Whether a host, written as in a URL or a listening address, is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(readHostName(host).name);
}

/** Whether a connection to the host reaches this machine, as connections to the wildcard addresses do. */
export function reachesThisMachine(host: string): boolean {
  return isLoopback(host) || WILDCARD.has(readHostName(host).name);
}
