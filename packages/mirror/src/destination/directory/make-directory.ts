import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '@archeio/plain-errors';
import { setMode } from './file-mode.ts';

/**
 * Makes a directory, and those above it. `mkdir` with `recursive` tries for ever on Node where a file system lets
 * nobody make one (`/proc`, automounts).
 *
 * @param mode of each directory that is made, whatever the umask is; without it the umask decides
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
 * Whether a directory can be used, or made: what is there of the way to it.
 *
 * @param mode of node:fs constants, `W_OK` or `R_OK`
 * @throws a system error
 */
export async function accessNearest(path: string, mode: number): Promise<void> {
  try {
    // With a slash at its end only a directory is found.
    await stat(`${path}/`);
    await access(path, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await accessNearest(dirname(path), mode);
  }
}
