import { LIMITS } from './limits.ts';

/** How many connections the listeners of a process may have at one time. */
export interface Capacity {
  /** From clients. */
  readonly connections: number;
  /** On the admin listener. */
  readonly admin: number;
  /** How many files may be open; undefined without a limit. */
  readonly openFiles: number | undefined;
  /** How many would have to be for the limits that archeio has by itself. */
  readonly wanted: number;
}

/** What the runtime and the process itself have open: libraries, pipes, the log, listeners, files being read. */
const OWN_FILES = 64;

/** Checks that may be under way in one backend, each with a connection of its own. */
const CHECKS_PER_BACKEND = 64;

const ADMIN_CONNECTIONS = 256;

/** Of the files that may be open, the share that outbound checks, files and the admin listener have at most kept for them. */
const RESERVED_SHARE = 2;

/** Of the files that may be open, the share that the admin listener has at most. */
const ADMIN_SHARE = 16;

/**
 * Divides the files that a process may have open, so that clients cannot use up those of the checks of backends, of
 * files and of the admin listener: without one of these a process answers, but wrongly or not at all.
 *
 * @param openFiles how many may be open; undefined without a limit
 * @param backends how many are asked by this process
 */
export function capacityFor(openFiles: number | undefined, backends: number): Capacity {
  const reserve = OWN_FILES + ADMIN_CONNECTIONS + CHECKS_PER_BACKEND * backends;
  const wanted = LIMITS.connections + reserve;
  if (openFiles === undefined || openFiles >= wanted)
    return { connections: LIMITS.connections, admin: ADMIN_CONNECTIONS, openFiles, wanted };
  const left = openFiles - Math.min(reserve, Math.ceil(openFiles / RESERVED_SHARE));
  return {
    connections: Math.max(2, Math.min(LIMITS.connections, left)),
    admin: Math.max(2, Math.min(ADMIN_CONNECTIONS, Math.floor(openFiles / ADMIN_SHARE))),
    openFiles,
    wanted,
  };
}
