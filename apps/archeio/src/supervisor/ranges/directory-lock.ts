import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@archeio/plain-errors';
import { readRegularSync } from '@archeio/bounded-reading';

/** The name of the lock in its directory. */
export const LOCK = 'lock';

/** Longer than any refresh lasts: who holds a lock that long has died, milliseconds. */
export const LOCK_LASTS = 10 * 60_000;

/** Opens the lock, undefined where there is one. */
function create(path: string): number | undefined {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/** Whether the lock could be made. */
function make(path: string, token: string): boolean {
  const file = create(path);
  if (file === undefined) return false;
  try {
    writeFileSync(file, token);
    return true;
  } catch (error) {
    // On a full disk an empty file is there by now, which would keep everybody out until it is old.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Takes a lock away whose holder has died. */
function removeLeftBehind(path: string, token: string, now: number): void {
  try {
    if (now - statSync(path).mtimeMs < LOCK_LASTS) return;
    // Renamed first: of two who find it, one gets it.
    const aside = `${path}.${token}.tmp`;
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Takes the lock of a directory. It saves two processes the same work; that files are whole is
 * owed to renaming, and holds without it.
 *
 * @param now milliseconds since 1970
 * @returns what gives the lock back, or `undefined` while another process holds it
 * @throws NodeJS.ErrnoException where the directory cannot be written to
 */
export function tryLock(directory: string, now: number): (() => void) | undefined {
  const path = join(directory, LOCK);
  const token = randomUUID();
  if (!make(path, token)) {
    removeLeftBehind(path, token, now);
    if (!make(path, token)) return undefined;
  }
  return () => {
    try {
      if (Buffer.from(readRegularSync(path, 1024)).toString() === token)
        rmSync(path, { force: true });
    } catch {
      // What is left of it ends by its age.
    }
  };
}
