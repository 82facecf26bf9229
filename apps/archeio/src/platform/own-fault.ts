import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { failureReason, StatedError } from '@archeio/plain-errors';

/** Errors of this machine: no free file, memory, buffer, local port, or address of a family. */
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

/** Number of files that one request may need at once: for the name, the connection and certificates. */
const FILES_FOR_A_REQUEST = 4;

/**
 * Whether this process can open some more files now.
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
  // One error per address of a name: those of a family that this machine lacks do not matter.
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.every(hasOwnCode);
  return ('code' in error && OWN_CODES.has(error.code)) || hasOwnCode(error.cause);
}

/**
 * Whether a request failed because of this machine and not of the other end. Without a free file, names
 * are "not found" and connections "refused" on some runtimes, so it tests whether there are any.
 *
 * @param filesLeft whether more files can be opened
 */
export function isOwnFault(error: unknown, filesLeft: () => boolean = hasFilesLeft): boolean {
  return hasOwnCode(error) || !filesLeft();
}

/**
 * Why a request to another machine failed, like {@link failureReason}, and whether this machine is the cause.
 *
 * @param filesLeft whether more files can be opened
 */
export function requestFailure(error: unknown, filesLeft: () => boolean = hasFilesLeft): string {
  const reason = failureReason(error);
  if (hasOwnCode(error)) return `this machine could not send the request: ${reason}`;
  if (error instanceof StatedError || filesLeft()) return reason;
  return 'this machine could not send the request: too many files are open';
}
