import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@archeio/plain-errors';
import { readRegularSync } from '@archeio/bounded-reading';

/** File name of the lock. */
export const LOCK = 'lock';

/** Milliseconds after which the process that holds a lock must have died: no refresh takes that long. */
export const LOCK_LASTS = 10 * 60_000;

/** Creates the lock; returns false if it exists. */
function create(path: string, token: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(file, token);
    return true;
  } catch (error) {
    // On a full disk, the empty file would lock out every process until it is old.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Removes a lock whose holder has died. */
function removeLeftBehind(path: string, token: string, now: number): void {
  try {
    if (now - statSync(path).mtimeMs < LOCK_LASTS) return;
    // Renamed first, so that only one of two processes removes it.
    const aside = `${path}.${token}.tmp`;
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Takes the lock of a directory, which keeps two processes from doing the same work. Files are replaced atomically
 * even without it.
 *
 * @param now milliseconds since 1970
 * @returns a function that releases the lock; undefined while another process holds it
 * @throws NodeJS.ErrnoException if the directory cannot be written
 */
export function tryLock(directory: string, now: number): (() => void) | undefined {
  const path = join(directory, LOCK);
  const token = randomUUID();
  if (!create(path, token)) {
    removeLeftBehind(path, token, now);
    if (!create(path, token)) return undefined;
  }
  return () => {
    try {
      if (Buffer.from(readRegularSync(path, 1024)).toString() === token)
        rmSync(path, { force: true });
    } catch {
      // It expires.
    }
  };
}
