import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '@archeio/plain-errors';

/**
 * Errors of file systems that cannot sync a directory: SMB, some FUSE and virtual machine file systems. Any other error
 * means possible data loss (facebook/rocksdb#2929, borgbackup/borg#1287).
 */
const UNABLE: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * Resolves when a directory's entries are on disk, or at once if the file system cannot sync directories.
 *
 * @throws a system error
 */
export async function syncDirectory(
  path: string,
  openDirectory: (path: string) => Promise<Pick<FileHandle, 'sync' | 'close'>> = (directory) =>
    open(directory, 'r'),
): Promise<void> {
  const handle = await openDirectory(path);
  try {
    await handle.sync();
  } catch (error) {
    if (!UNABLE.has(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
