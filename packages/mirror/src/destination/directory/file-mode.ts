import { chmod } from 'node:fs/promises';
import { errorCode } from '@archeio/plain-errors';

/** File systems without modes (FAT, SMB, many FUSE mounts) refuse `chmod`; there the mount options decide. */
const WITHOUT_MODES: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** The mode of directories that matches a file mode: everyone who can read the files can search the directories. */
export function directoryModeFor(fileMode: number): number {
  return fileMode | 0o300 | ((fileMode & 0o444) >> 2);
}

/** Sets the mode of a file or directory, independent of the umask. @throws a system error */
export async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: unknown) => {
    if (!WITHOUT_MODES.has(errorCode(error))) throw error;
  });
}
