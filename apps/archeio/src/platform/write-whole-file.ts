import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** Suffix of a file that is being written. */
export const UNFINISHED = '.tmp';

/**
 * Writes a file atomically, so that readers see the old or the new one, also after a crash: as a temporary file, synced, then renamed.
 * Leaves nothing behind if it fails, as on a full disk.
 *
 * @param mode of the file, before the umask
 * @throws NodeJS.ErrnoException if it cannot be written
 */
export async function writeWholeFile(
  path: string,
  content: string | Uint8Array,
  mode = 0o666,
): Promise<void> {
  const beside = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
