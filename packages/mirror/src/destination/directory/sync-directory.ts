import { open } from 'node:fs/promises';
import { errorCode } from '@archeio/plain-errors';

/**
 * What file systems say that cannot sync a directory: SMB, and some of FUSE and of virtual machines. Other errors mean
 * that something may be lost (facebook/rocksdb#2929, borgbackup/borg#1287).
 */
const UNABLE: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** What is opened, to be synced and closed. */
interface Handle {
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Returns when a directory's entries are on the disk, or at once where the file system cannot say when.
 *
 * @throws a system error
 */
export async function syncDirectory(
  path: string,
  openDirectory: (path: string) => Promise<Handle> = (directory) => open(directory, 'r'),
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
