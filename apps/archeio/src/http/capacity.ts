import { LIMITS } from './limits.ts';

/** Maximum numbers of open connections of a process. */
export interface Capacity {
  /** Client connections. */
  readonly connections: number;
  /** Connections of the admin listener. */
  readonly admin: number;
  /** Limit of open files; undefined if there is none. */
  readonly openFiles: number | undefined;
  /** Limit of open files that Archeio's own limits would need. */
  readonly wanted: number;
}

/** Files that the runtime and the process itself have open: libraries, pipes, the log, listeners, files being read. */
const OWN_FILES = 64;

/** Concurrent checks per backend, each on its own connection. */
const CHECKS_PER_BACKEND = 64;

const ADMIN_CONNECTIONS = 256;

/** Maximum share of open files reserved for outbound checks, files and the admin listener. */
const RESERVED_SHARE = 2;

/** Maximum share of open files for the admin listener. */
const ADMIN_SHARE = 16;

/**
 * Divides the files that a process may have open, so that clients cannot use up those of the checks of backends, of
 * files and of the admin listener: without any of these, a process answers wrongly or not at all.
 *
 * @param openFiles limit of open files; undefined if there is none
 * @param backends number of backends that this process asks
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
