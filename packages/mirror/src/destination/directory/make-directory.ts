import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '@archeio/plain-errors';
import { setMode } from './file-mode.ts';

/**
 * Creates a directory and its parents. Node's recursive `mkdir` loops forever on file systems that do not allow
 * creating one (`/proc`, automounts).
 *
 * @param mode of each created directory, independent of the umask; if omitted, the umask decides
 */
export async function makeDirectory(path: string, mode?: number): Promise<void> {
  const made = await makeOne(path, mode).catch(errorCode);
  if (made === undefined || made === 'EEXIST') return;
  if (made === 'ENOENT' && dirname(path) !== path) await makeDirectory(dirname(path), mode);
  await makeOne(path, mode).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

async function makeOne(path: string, mode: number | undefined): Promise<undefined> {
  await mkdir(path);
  if (mode !== undefined) await setMode(path, mode);
}

/**
 * Checks access to a directory or, if it does not exist yet, to its nearest existing parent.
 *
 * @param mode `W_OK` or `R_OK` of node:fs
 * @throws a system error
 */
export async function accessNearest(path: string, mode: number): Promise<void> {
  try {
    // The trailing slash matches directories only.
    await stat(`${path}/`);
    await access(path, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await accessNearest(dirname(path), mode);
  }
}
