import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** How the name of a file ends that is still being written. */
export const UNFINISHED = '.tmp';

/**
 * Writes a file that readers see as it was before or whole, also after a crash: beside its place, synced, then renamed.
 * Leaves nothing behind where it fails, as on a full disk.
 *
 * @param mode of the file, before the umask
 * @throws NodeJS.ErrnoException where it cannot be written
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
