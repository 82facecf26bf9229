import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { failureReason, StatedError } from '@archeio/plain-errors';

/** What this machine is out of: files, memory, buffers, ports of its own, addresses of a family. */
const OWN_CODES: ReadonlySet<unknown> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EAI_MEMORY',
  'EAI_SYSTEM',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
]);

/** Files that one request may need at once: for the name, for the connection, for certificates. */
const FILES_FOR_A_REQUEST = 4;

/**
 * Whether this process may open some more files now.
 *
 * @param open opens one
 */
export function hasFilesLeft(open: () => number = () => openSync(devNull, 'r')): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < FILES_FOR_A_REQUEST) opened.push(open());
    return true;
  } catch {
    return false;
  } finally {
    opened.forEach((file) => closeSync(file));
  }
}

function hasOwnCode(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // One for each address of a name: those of a family that this machine does not have say nothing of the others.
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.every(hasOwnCode);
  return ('code' in error && OWN_CODES.has(error.code)) || hasOwnCode(error.cause);
}

/**
 * Whether a request failed because of this machine, so that it says nothing of the other end. Without a free file names
 * are "not found" and connections "refused" on some runtimes: so it is tried whether there are any.
 *
 * @param filesLeft whether more files can be opened
 */
export function isOwnFault(error: unknown, filesLeft: () => boolean = hasFilesLeft): boolean {
  return hasOwnCode(error) || !filesLeft();
}

/**
 * Why a request to another machine failed, as {@link failureReason}, and that it was not its fault where it was not.
 *
 * @param filesLeft whether more files can be opened
 */
export function requestFailure(error: unknown, filesLeft: () => boolean = hasFilesLeft): string {
  const reason = failureReason(error);
  if (hasOwnCode(error)) return `this machine could not send the request: ${reason}`;
  if (error instanceof StatedError || filesLeft()) return reason;
  return 'this machine could not send the request: too many files are open';
}
