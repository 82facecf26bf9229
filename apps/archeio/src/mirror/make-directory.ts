import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../error-code.ts';

/**
 * Makes a directory, and those above it. `mkdir` with `recursive` tries for ever on Node where a file system lets
 * nobody make one (`/proc`, automounts).
 */
export async function makeDirectory(path: string): Promise<void> {
  const made = await mkdir(path).catch(errorCode);
  if (made === undefined || made === 'EEXIST') return;
  if (made === 'ENOENT' && dirname(path) !== path) await makeDirectory(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** Whether a directory can be written to, or made: what is there of the way to it. @throws a system error */
export async function accessNearest(path: string): Promise<void> {
  try {
    const about = await stat(path);
    if (!about.isDirectory())
      throw Object.assign(new Error('ENOTDIR'), { code: 'ENOTDIR', syscall: 'stat' });
    await access(path, constants.W_OK);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await accessNearest(dirname(path));
  }
}
