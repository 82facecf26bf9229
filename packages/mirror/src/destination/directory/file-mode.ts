import { chmod } from 'node:fs/promises';
import { errorCode } from '@archeio/plain-errors';

/** File systems that have no modes of their own (FAT, SMB, many FUSE mounts) refuse: there the mount decides. */
const WITHOUT_MODES: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** The mode of directories whose files have this mode: who may read the files may search the directories. */
export function directoryModeFor(fileMode: number): number {
  return fileMode | 0o300 | ((fileMode & 0o444) >> 2);
}

/** Sets the mode of a file or directory, whatever the umask is. @throws a system error */
export async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: unknown) => {
    if (!WITHOUT_MODES.has(errorCode(error))) throw error;
  });
}
