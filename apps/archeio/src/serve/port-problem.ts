import { errorCode } from '@archeio/plain-errors';
import { ArcheioError } from '../platform/errors.ts';

/**
 * What went wrong with a port, in words; any other error as it is.
 *
 * @param chosenBy the settings that choose another port
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
