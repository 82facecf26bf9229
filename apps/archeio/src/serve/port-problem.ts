import { errorCode } from '@archeio/plain-errors';
import { ArcheioError } from '../platform/errors.ts';

/**
 * Explains an error of a port; returns any other error unchanged.
 *
 * @param chosenBy settings that choose another port
 */
export function portProblem(error: unknown, host: string, port: number, chosenBy: string): unknown {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new ArcheioError(
        'port-unavailable',
        `cannot listen on ${where}: the port is already in use; choose another with ${chosenBy}`,
      );
    case 'EACCES':
      return new ArcheioError(
        'port-unavailable',
        `cannot listen on ${where}: not allowed; ports below 1024 need privileges`,
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
      return new ArcheioError(
        'port-unavailable',
        `cannot listen on ${where}: this machine has no such address`,
      );
    case undefined:
    default:
      return error;
  }
}
