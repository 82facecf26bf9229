import { errorCode } from '@archeio/plain-errors';
import { ArcheioError } from '../platform/errors.ts';

const NO_ADDRESS = 'this machine has no such address';

/**
 * Explains an error of a port; returns any other error unchanged.
 *
 * @param chosenBy settings that choose another port
 */
export function portProblem(error: unknown, host: string, port: number, chosenBy: string): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `the port is already in use; choose another with ${chosenBy}`,
    EACCES: 'not allowed; ports below 1024 need privileges',
    EADDRNOTAVAIL: NO_ADDRESS,
    EAFNOSUPPORT: NO_ADDRESS,
    ENOTFOUND: NO_ADDRESS,
  };
  const reason = reasons[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new ArcheioError('port-unavailable', `cannot listen on ${where}: ${reason}`);
}
